import type { OAuthError } from '../errors.ts'
import { type Reply, seeOther } from '../exchange.ts'

/** Where the answer to an authorization request goes. */
export interface Target {
  readonly redirectUri: string
  readonly state: string | null
}

/** RFC 6749 §4.1.2. */
export const codeRedirect = (target: Target, code: string, issuer: string): Reply =>
  redirect(target, { code }, issuer)

/** RFC 6749 §4.1.2.1. */
export const errorRedirect = (target: Target, error: OAuthError, issuer: string): Reply =>
  redirect(target, { error: error.code, error_description: error.message }, issuer)

/** `iss` is in every answer, so that a client of several issuers knows whose it is (RFC 9207 §2). */
function redirect(
  { redirectUri, state }: Target,
  answer: Record<string, string>,
  iss: string,
): Reply {
  const params = new URLSearchParams({ ...answer, ...(state === null ? {} : { state }), iss })
  // Appended as text: the registered query stays as it is (RFC 6749 §3.1.2).
  const separator = redirectUri.includes('?') ? '&' : '?'
  return seeOther(`${redirectUri}${separator}${params}`)
}
