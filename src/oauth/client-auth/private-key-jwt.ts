import { clientSignedClaims } from '../client-jwt.ts'
import { assertedBy, assertionIn } from './assertion.ts'
import { SECRET_ALGORITHMS } from './client-secret-jwt.ts'
import type { AuthMethod } from './method.ts'

/** OpenID Connect Core §9: signed with a key whose public half is registered. */
export const privateKeyJwt: AuthMethod = {
  name: 'private_key_jwt',
  read(request, params) {
    const assertion = assertionIn(params)
    if (assertion === undefined || SECRET_ALGORITHMS.includes(assertion.algorithm)) return undefined
    return assertedBy(assertion, request, clientSignedClaims)
  },
}
