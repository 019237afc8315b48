import type { Params } from '../params.ts'

/** How an answer travels (OAuth 2.0 Multiple Response Types §2.1, OAuth 2.0 Form Post Response Mode). */
export const RESPONSE_MODES = ['query', 'fragment', 'form_post'] as const
export type ResponseMode = (typeof RESPONSE_MODES)[number]

/** The mode asked for, or the default of `code` where it is not possible: errors have to travel too. */
export function responseModeFor(params: Params, redirectUri: string): ResponseMode {
  const asked = params.list('response_mode')
  const mode = RESPONSE_MODES.find((known) => asked.length === 1 && known === asked[0])
  // A program that owns a scheme is handed addresses, never forms.
  if (mode === 'form_post' && !/^https?:/i.test(redirectUri)) return 'query'
  return mode ?? 'query'
}
