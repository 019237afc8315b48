import type { Reply } from '../oauth/exchange.ts'

const ALWAYS = {
  'x-content-type-options': 'nosniff',
  // With no-referrer the Origin of our own forms would be `null`.
  'referrer-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
}
const OVER_TLS = { ...ALWAYS, 'strict-transport-security': 'max-age=31536000' }

/** What every response carries; a page brings a policy of its own. */
export const securityHeaders = (isHttps: boolean): Reply['headers'] => (isHttps ? OVER_TLS : ALWAYS)
