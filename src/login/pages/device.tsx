import type { Application } from '../../model/application.ts'
import type { ScopeDefinition } from '../../model/resource.ts'
import type { Tenant } from '../../model/tenant.ts'
import { AllowOrDeny, Button, document, PostForm } from './layout.tsx'
import { ScopeLists } from './scopes.tsx'

export interface DeviceCodePage {
  readonly tenant: Tenant
  readonly action: string
  readonly csrf: string
  /** As it came with the address, or nothing. */
  readonly userCode: string
  /** The last code led nowhere. Whatever the cause, the words are the same. */
  readonly failed: boolean
}

export const deviceCodePage = ({ tenant, action, csrf, userCode, failed }: DeviceCodePage) =>
  document({
    tenant,
    title: 'Connect a device',
    children: (
      <>
        <h1>Connect a device</h1>
        <p class="quiet">
          {userCode === ''
            ? 'Type the code that your device shows.'
            : 'Go on only if your device shows this very code.'}
        </p>
        {failed && (
          <p class="alert" role="alert" id="failure">
            That code is not right, or it is no longer valid. Look at your device again.
          </p>
        )}
        <PostForm action={action} csrf={csrf}>
          <label for="user_code">Code</label>
          <input
            id="user_code"
            class="code"
            name="user_code"
            type="text"
            value={userCode}
            autocomplete="off"
            autocapitalize="characters"
            spellcheck={false}
            maxlength={32}
            required
            autofocus={userCode === ''}
            aria-invalid={failed || undefined}
            aria-describedby={failed ? 'failure' : undefined}
          />
          <div class="actions">
            <Button value="continue" isPrimary>
              Continue
            </Button>
          </div>
        </PostForm>
      </>
    ),
  })

export interface ConfirmDevicePage {
  readonly tenant: Tenant
  readonly application: Application
  readonly action: string
  readonly csrf: string
  readonly userCode: string
  /** How the person signed in. */
  readonly user: string
  readonly scopes: readonly ScopeDefinition[]
  /** For instance `2 minutes ago`. */
  readonly asked: string
  readonly clientAddress: string
  readonly userAgent: string
}

/** RFC 8628 §5.4: the person compares what is asked with what they hold in their hands. */
export const confirmDevicePage = (page: ConfirmDevicePage): string =>
  document({
    tenant: page.tenant,
    title: 'Allow a device',
    children: (
      <>
        <h1>Allow {page.application.displayName} on your device?</h1>
        <p class="quiet">
          You are signed in as <strong>{page.user}</strong>.
        </p>
        <p>Your device must show this code:</p>
        <p class="code">{page.userCode}</p>
        <ScopeLists tenant={page.tenant} scopes={page.scopes} />
        <h2>Who asks</h2>
        <dl class="facts">
          <dt>Asked</dt>
          <dd>{page.asked}</dd>
          <dt>From</dt>
          <dd>{page.clientAddress}</dd>
          {page.userAgent !== '' && <dt>With</dt>}
          {page.userAgent !== '' && <dd>{page.userAgent}</dd>}
        </dl>
        <PostForm action={page.action} csrf={page.csrf}>
          <input type="hidden" name="user_code" value={page.userCode} />
          <AllowOrDeny />
        </PostForm>
        <p class="quiet">
          Allow only if you began this yourself, on a device that is in front of you. If somebody
          sent you the code, deny.
        </p>
      </>
    ),
  })

export interface DecidedPage {
  readonly tenant: Tenant
  readonly application: Application
}

export const deviceAllowedPage = ({ tenant, application }: DecidedPage): string =>
  document({
    tenant,
    title: 'Device connected',
    children: (
      <>
        <h1>Your device is connected</h1>
        <p class="quiet">
          You can go back to your device. {application.displayName} goes on there by itself.
        </p>
      </>
    ),
  })

export const deviceDeniedPage = ({ tenant, application }: DecidedPage): string =>
  document({
    tenant,
    title: 'Device refused',
    children: (
      <>
        <h1>The device was refused</h1>
        <p class="quiet">{application.displayName} got nothing. You can close this window.</p>
      </>
    ),
  })

export interface TooManyCodesPage {
  readonly tenant: Tenant
  /** For instance `10 minutes`. */
  readonly wait: string
}

export const tooManyCodesPage = ({ tenant, wait }: TooManyCodesPage): string =>
  document({
    tenant,
    title: 'Too many codes',
    children: (
      <>
        <h1>Too many codes were wrong</h1>
        <p role="alert">Wait {wait}, then let your device show a new code.</p>
      </>
    ),
  })
