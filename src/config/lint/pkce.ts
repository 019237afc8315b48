import { isPublicType } from '../defaults.ts'
import type { Finding, Rule } from './rule.ts'

/** RFC 9700 §2.1.1: public clients must use PKCE, and the others should. */
export const pkce: Rule = {
  code: 'TIDP2006',
  severity: 'warning',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application')) {
      const { type, pkce } = item.document.spec
      if (pkce !== 'optional') continue
      const path = ['spec', 'pkce']
      if (isPublicType(type))
        yield {
          item,
          path,
          severity: 'error',
          message: `PKCE cannot be optional for an application of type ${type}`,
          hint: 'remove the line',
        }
      else
        yield {
          item,
          path,
          message: 'a stolen code can be used where PKCE is optional',
          hint: 'keep it only for a library that cannot send code_challenge',
        }
    }
  },
}
