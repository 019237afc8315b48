import { isPublicType, methodOf, usesKeys } from '../defaults.ts'
import type { Finding, Rule } from './rule.ts'

/** It could never authenticate. */
export const missingSecret: Rule = {
  code: 'TIDP3009',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application')) {
      const { type, clientAuth } = item.document.spec
      const method = methodOf(item.document.spec)
      if (isPublicType(type) || method === 'none' || usesKeys(method)) continue
      if ((clientAuth?.secrets ?? []).length > 0) continue
      yield {
        item,
        path: ['spec', 'clientAuth', 'secrets'],
        message: `"${item.document.metadata.name}" authenticates with a secret and has none`,
        hint: 'add clientAuth.secrets with an id and a value, for instance { fromEnv: CLIENT_SECRET }',
      }
    }
  },
}
