import { isPublicType, methodOf } from '../defaults.ts'
import type { Finding, Rule } from './rule.ts'

/** RFC 9700 §2.5: a client that can authenticate does, and one that cannot does not pretend. */
export const authMethod: Rule = {
  code: 'TIDP2005',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application')) {
      const { type, clientAuth } = item.document.spec
      const method = methodOf(item.document.spec)
      if (clientAuth?.method === undefined || isPublicType(type) === (method === 'none')) continue
      yield {
        item,
        path: ['spec', 'clientAuth', 'method'],
        message: `an application of type ${type} cannot use ${method}`,
        hint: isPublicType(type)
          ? 'write none, or leave it out'
          : 'write client_secret; for a public application, use type: spa or native',
      }
    }
  },
}
