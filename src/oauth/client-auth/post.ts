import type { AuthMethod } from './method.ts'
import { sentSecret } from './secret.ts'

/** RFC 6749 §2.3.1: the secret in the form. */
export const clientSecretPost: AuthMethod = {
  name: 'client_secret_post',
  read(_request, params) {
    const secret = params.optional('client_secret')
    return secret === undefined ? undefined : sentSecret(params.list('client_id'), [secret])
  },
}
