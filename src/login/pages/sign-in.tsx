import type { Application } from '../../model/application.ts'
import type { Tenant } from '../../model/tenant.ts'
import { Button, document, PostForm } from './layout.tsx'

export interface SignInPage {
  readonly tenant: Tenant
  /** Undefined on the way to a page of ours. */
  readonly application: Application | undefined
  readonly action: string
  readonly csrf: string
  /** As typed before, or as the application hinted. */
  readonly username: string
  /** The last attempt failed. Whatever the cause, the words are the same. */
  readonly failed: boolean
}

export function signInPage({ tenant, application, action, csrf, username, failed }: SignInPage) {
  const hasName = username !== ''
  return document({
    tenant,
    title: 'Sign in',
    children: (
      <>
        <h1>Sign in</h1>
        <p class="quiet">
          to continue to <strong>{(application ?? tenant).displayName}</strong>
        </p>
        {failed && (
          <p class="alert" role="alert" id="failure">
            That username and password do not match.
          </p>
        )}
        <PostForm action={action} csrf={csrf}>
          <label for="username">Username or e-mail</label>
          <input
            id="username"
            name="username"
            type="text"
            value={username}
            autocomplete="username"
            autocapitalize="none"
            spellcheck={false}
            maxlength={320}
            required
            autofocus={!hasName}
            aria-invalid={failed || undefined}
            aria-describedby={failed ? 'failure' : undefined}
          />
          <label for="password">Password</label>
          <input
            id="password"
            name="password"
            type="password"
            autocomplete="current-password"
            required
            autofocus={hasName}
            aria-invalid={failed || undefined}
            aria-describedby={failed ? 'failure' : undefined}
          />
          <div class="actions">
            <Button value="sign-in" isPrimary>
              Sign in
            </Button>
            {application && (
              <Button value="cancel" skipsValidation>
                Cancel
              </Button>
            )}
          </div>
        </PostForm>
      </>
    ),
  })
}
