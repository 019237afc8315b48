import { equalSecrets, hmac } from '../base/digest.ts'
import type { Context } from '../oauth/context.ts'
import { OAuthError } from '../oauth/errors.ts'
import type { Request } from '../oauth/exchange.ts'
import { browserCookie, cookieSecret, newSecret } from './cookies.ts'

/** Ties a form to the secret of its browser or its flow, and to what it was shown for. */
export const csrfToken = (secret: string, ...purpose: readonly string[]): string =>
  hmac(secret, purpose.join(' '))

export function verifyCsrf(sent: string | undefined, expected: string | undefined): void {
  if (sent === undefined || expected === undefined || !equalSecrets(sent, expected))
    throw new OAuthError(
      'invalid_request',
      'the form is out of date or was not ours, go back and reload',
    )
}

/** The token of a form outside any flow, and the cookies that the browser needs to send it back. */
export function pageCsrf(
  request: Request,
  { tenant, random }: Pick<Context, 'tenant' | 'random'>,
  ...purpose: readonly string[]
): { readonly token: string; readonly cookies: readonly string[] } {
  const known = cookieSecret('browser', request, tenant)
  const secret = known ?? newSecret(random)
  const cookies = known === undefined ? [browserCookie(secret, tenant)] : []
  return { token: csrfToken(secret, ...purpose), cookies }
}

export function verifyPageCsrf(
  sent: string | undefined,
  request: Request,
  { tenant }: Pick<Context, 'tenant'>,
  ...purpose: readonly string[]
): void {
  const secret = cookieSecret('browser', request, tenant)
  verifyCsrf(sent, secret && csrfToken(secret, ...purpose))
}
