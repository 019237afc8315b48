import type { SigningAlgorithm } from '../../model/key.ts'
import type { Tenant } from '../../model/tenant.ts'

/** Who verifies signatures of this algorithm. */
export function trustingIn(algorithm: SigningAlgorithm, { resources, applicationsByUid }: Tenant) {
  return {
    resources: [...resources.values()].filter(
      ({ token }) => token.format === 'jwt' && token.algorithm === algorithm,
    ),
    applications: [...applicationsByUid.values()].filter(({ idToken, userinfo, introspection }) =>
      [idToken.algorithm, userinfo.signed, introspection.signed].includes(algorithm),
    ),
  }
}
