import type { OAuthError } from './errors.ts'
import { json, type Reply } from './exchange.ts'

/** How an api endpoint says no (RFC 6749 §5.2, RFC 6750 §3). */
export const refusal = (error: OAuthError): Reply =>
  json({ error: error.code, error_description: error.message }, error.status, challengeOf(error))

function challengeOf(error: OAuthError): Reply['headers'] {
  if (error.challenge === 'Basic')
    return { 'www-authenticate': 'Basic realm="tokenidp", charset="UTF-8"' }
  if (error.challenge === 'Bearer') {
    const details = `error="${error.code}", error_description="${error.message}"`
    return { 'www-authenticate': `Bearer realm="tokenidp", ${details}` }
  }
  return {}
}
