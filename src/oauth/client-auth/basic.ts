import { formDecode } from '../params.ts'
import type { AuthMethod } from './method.ts'
import { sentSecret } from './secret.ts'

/** RFC 6749 §2.3.1: both halves are form-encoded. Many clients do not, so the plain reading counts too. */
export const clientSecretBasic: AuthMethod = {
  name: 'client_secret_basic',
  read(request) {
    const [scheme, encoded = '', ...rest] = (request.header('authorization') ?? '').split(' ')
    if (scheme?.toLowerCase() !== 'basic') return undefined
    const pair = rest.length > 0 ? '' : Buffer.from(encoded, 'base64').toString('utf8')
    const colon = pair.indexOf(':')
    if (colon < 0) return sentSecret([], [])
    return sentSecret(readingsOf(pair.slice(0, colon)), readingsOf(pair.slice(colon + 1)))
  },
}

function readingsOf(text: string): readonly string[] {
  const decoded = formDecode(text)
  return decoded === undefined || decoded === text ? [text] : [decoded, text]
}
