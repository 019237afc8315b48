import { isForSigning, type KeyAlgorithm } from '../../model/key.ts'
import type { Tenant } from '../../model/tenant.ts'

/** Who verifies signatures of this algorithm, or encrypts with it. */
export function trustingIn(algorithm: KeyAlgorithm, { resources, applicationsByUid }: Tenant) {
  // Whoever signs its requests may encrypt them, too.
  if (!isForSigning(algorithm))
    return {
      resources: [],
      applications: [...applicationsByUid.values()].filter(
        ({ jwks, jwksUri }) => jwks.length > 0 || jwksUri !== undefined,
      ),
    }
  return {
    resources: [...resources.values()].filter(
      ({ token }) => token.format === 'jwt' && token.algorithm === algorithm,
    ),
    applications: [...applicationsByUid.values()].filter(({ idToken, userinfo, introspection }) =>
      [idToken.algorithm, userinfo.signed, introspection.signed].includes(algorithm),
    ),
  }
}
