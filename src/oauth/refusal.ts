import { errorUri, type OAuthError } from './errors.ts'
import { json, type Reply } from './exchange.ts'

/** How an api endpoint says no (RFC 6749 §5.2, RFC 6750 §3). */
export const refusal = (error: OAuthError, home: string): Reply =>
  json(refusalBody(error.code, error.message, home), error.status, challengeOf(error))

export const refusalBody = (code: string, message: string, home: string) => ({
  error: code,
  error_description: message,
  error_uri: errorUri(home, code),
})

function challengeOf(error: OAuthError): Reply['headers'] {
  if (error.challenge === 'Basic')
    return { 'www-authenticate': 'Basic realm="tokenidp", charset="UTF-8"' }
  if (error.challenge === 'Bearer') {
    const details = `error="${error.code}", error_description="${error.message}"`
    return { 'www-authenticate': `Bearer realm="tokenidp", ${details}` }
  }
  return {}
}
