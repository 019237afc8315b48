import { epochSeconds } from '../instant.ts'
import type { Finding, Rule } from './rule.ts'

export const realDate: Rule = {
  code: 'TIDP3011',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application'))
      for (const [index, { expiresAt }] of (item.document.spec.clientAuth?.secrets ?? []).entries())
        if (expiresAt !== undefined && epochSeconds(expiresAt) === undefined)
          yield {
            item,
            path: ['spec', 'clientAuth', 'secrets', index, 'expiresAt'],
            message: `${expiresAt} is not a date and time that exists`,
          }
  },
}
