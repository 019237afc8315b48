import type { Tenant } from '../../model/tenant.ts'
import { document } from './layout.tsx'

export interface SigningOutPage {
  readonly tenant: Tenant
  readonly frames: readonly string[]
  /** Where to go once the frames have had their time. */
  readonly returnTo: string | undefined
}

/** Allowed by its digest. Nothing in it may need escaping. */
export const GO_ON =
  "var on=function(){location.replace(document.getElementById('on').href)};addEventListener('load',on);setTimeout(on,2000)"

/** Without script the browser goes on by itself, a little later. */
const PATIENCE = 3

/**
 * OpenID Connect Front-Channel Logout §3: each application that was signed in to is opened in a frame
 * nobody sees. The page loads when its frames have; who never answers is not waited for.
 */
export const signingOutPage = ({ tenant, frames, returnTo }: SigningOutPage): string =>
  document({
    tenant,
    title: 'Signed out',
    head: returnTo !== undefined && (
      <meta http-equiv="refresh" content={`${PATIENCE}; url=${returnTo}`} />
    ),
    children: (
      <>
        <h1>You are signed out</h1>
        {returnTo === undefined ? (
          <p class="quiet">You can close this window.</p>
        ) : (
          <>
            <p class="quiet">You are on your way back to the application.</p>
            <div class="actions">
              <a id="on" class="button" href={returnTo}>
                Continue
              </a>
            </div>
            <script>{GO_ON}</script>
          </>
        )}
        {frames.map((frame) => (
          <iframe key={frame} src={frame} title="Sign-out of an application" hidden />
        ))}
      </>
    ),
  })
