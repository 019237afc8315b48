import { equalSecrets, hmac } from '../base/digest.ts'
import { OAuthError } from '../oauth/errors.ts'

/** Ties a form to the browser it was shown in, and to what it was shown for. */
export const csrfToken = (browserSecret: string, ...purpose: readonly string[]): string =>
  hmac(browserSecret, purpose.join(' '))

export function verifyCsrf(sent: string | undefined, expected: string | undefined): void {
  if (sent === undefined || expected === undefined || !equalSecrets(sent, expected))
    throw new OAuthError(
      'invalid_request',
      'the form is out of date or was not ours, go back and reload',
    )
}
