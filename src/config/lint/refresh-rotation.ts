import { isPublicType } from '../defaults.ts'
import type { Finding, Rule } from './rule.ts'

/** RFC 9700 §4.14.2: refresh tokens of public clients rotate or are bound to their sender. */
export const refreshRotation: Rule = {
  code: 'TIDP2022',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application')) {
      const { type, tokens } = item.document.spec
      if (!isPublicType(type) || tokens?.refresh?.rotation !== 'off') continue
      yield {
        item,
        path: ['spec', 'tokens', 'refresh', 'rotation'],
        message: `refresh tokens of a ${type} application must rotate`,
        hint: 'write required, or remove the line',
      }
    }
  },
}
