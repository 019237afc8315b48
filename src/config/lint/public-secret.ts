import { isPublicType, methodOf } from '../defaults.ts'
import type { Finding, Rule } from './rule.ts'

/** RFC 6749 §2.1: what runs on somebody else's machine keeps no secret. */
export const publicSecret: Rule = {
  code: 'TIDP2004',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application')) {
      const { spec } = item.document
      const isPublic = isPublicType(spec.type) || methodOf(spec) === 'none'
      if (!isPublic || (spec.clientAuth?.secrets ?? []).length === 0) continue
      yield {
        item,
        path: ['spec', 'clientAuth', 'secrets'],
        message: `"${item.document.metadata.name}" is public and cannot keep a secret`,
        hint: 'remove the secrets, or use type: web with a server of its own',
      }
    }
  },
}
