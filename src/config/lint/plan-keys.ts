import { isPublicJwk } from '../../model/jwk.ts'
import { planAlgorithmsOf } from '../../model/plan-key.ts'
import type { Finding, Rule } from './rule.ts'

/** No signature can be verified with it. */
export const planKey: Rule = {
  code: 'TIDP3021',
  severity: 'error',
  *check({ project }): Iterable<Finding> {
    for (const [index, key] of (project.document.spec?.signedPlans?.keys ?? []).entries())
      if (isPublicJwk(key) && planAlgorithmsOf(key).length === 0)
        yield {
          item: project,
          path: ['spec', 'signedPlans', 'keys', index],
          message: 'no saved plan can be signed with this key',
          hint: 'use P-256 (ES256), Ed25519 (EdDSA), or RSA of 2048 bits or more (PS256, RS256)',
        }
  },
}

/** Once it were applied, nothing could be applied any more. */
export const planKeyNeeded: Rule = {
  code: 'TIDP3060',
  severity: 'error',
  *check({ project }): Iterable<Finding> {
    if (project.document.spec?.signedPlans?.keys.length !== 0) return
    yield {
      item: project,
      path: ['spec', 'signedPlans', 'keys'],
      message: 'plans must be signed, and there is no key that may sign them',
      hint: 'add the public key, or leave out signedPlans',
    }
  },
}
