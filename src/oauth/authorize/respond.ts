import type { OAuthError } from '../errors.ts'
import type { ResponseMode } from './response-mode.ts'

/** Where the answer to an authorization request goes, and how. */
export interface Target {
  readonly redirectUri: string
  readonly responseMode: ResponseMode
  readonly state: string | null
}

/** The parameters of an answer, by name. */
export type Answer = Readonly<Record<string, string>>

/** RFC 6749 §4.1.2. */
export const codeAnswer = (target: Target, code: string, issuer: string): Answer =>
  answer(target, { code }, issuer)

/** RFC 6749 §4.1.2.1. */
export const errorAnswer = (target: Target, error: OAuthError, issuer: string): Answer =>
  answer(target, { error: error.code, error_description: error.message }, issuer)

/** `iss` is in every answer, so that a client of several issuers knows whose it is (RFC 9207 §2). */
const answer = ({ state }: Target, params: Answer, iss: string): Answer => ({
  ...params,
  ...(state === null ? {} : { state }),
  iss,
})

/** The address that carries an answer. Appended as text: the registered query stays as it is (RFC 6749 §3.1.2). */
export function addressWith(answer: Answer, { redirectUri, responseMode }: Target): string {
  const separator = responseMode === 'fragment' ? '#' : redirectUri.includes('?') ? '&' : '?'
  return `${redirectUri}${separator}${new URLSearchParams(answer)}`
}
