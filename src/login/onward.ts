import type { Application } from '../model/application.ts'
import { OAuthError } from '../oauth/errors.ts'

/**
 * Where a form of ours may end up that leads to an address of an application: there, and where the
 * application sends people on to. Chromium applies form-action to every redirect that follows a form,
 * those of the application too.
 */
export const onwardFrom = (
  address: string,
  { postLogoutRedirectUris, onwardOrigins }: Application,
): readonly string[] => [address, ...postLogoutRedirectUris, ...onwardOrigins]

/** OpenID Connect RP-Initiated Logout 1.0 §3: exactly as registered. */
export function checkReturnAddress(uri: string, { postLogoutRedirectUris }: Application): void {
  if (!postLogoutRedirectUris.includes(uri))
    throw new OAuthError('invalid_request', 'post_logout_redirect_uri is not registered')
}
