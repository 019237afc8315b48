import type { Tenant } from '../../model/tenant.ts'
import { Button, document, PostForm } from './layout.tsx'

export interface ConfirmSignOutPage {
  readonly tenant: Tenant
  readonly action: string
  readonly csrf: string
}

/** Nobody is signed out by following a link (OpenID Connect RP-Initiated Logout §2). */
export const confirmSignOutPage = ({ tenant, action, csrf }: ConfirmSignOutPage): string =>
  document({
    tenant,
    title: 'Sign out',
    children: (
      <>
        <h1>Sign out?</h1>
        <p class="quiet">This ends your session with {tenant.displayName} in this browser.</p>
        <PostForm action={action} csrf={csrf}>
          <div class="actions">
            <Button value="logout" isPrimary>
              Sign out
            </Button>
            <Button value="stay">Stay signed in</Button>
          </div>
        </PostForm>
      </>
    ),
  })

export interface NoticePage {
  readonly tenant: Tenant
}

export const signedOutPage = ({ tenant }: NoticePage): string =>
  document({
    tenant,
    title: 'Signed out',
    children: (
      <>
        <h1>You are signed out</h1>
        <p class="quiet">You can close this window.</p>
      </>
    ),
  })

export const stillSignedInPage = ({ tenant }: NoticePage): string =>
  document({
    tenant,
    title: 'Still signed in',
    children: (
      <>
        <h1>You are still signed in</h1>
        <p class="quiet">Nothing has changed. You can close this window.</p>
      </>
    ),
  })
