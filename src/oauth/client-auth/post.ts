import type { AuthMethod } from './method.ts'

/** RFC 6749 §2.3.1: the secret in the form. */
export const clientSecretPost: AuthMethod = {
  name: 'client_secret_post',
  read(_request, params) {
    const secret = params.optional('client_secret')
    if (secret === undefined) return undefined
    return { clientIds: params.list('client_id'), secrets: [secret] }
  },
}
