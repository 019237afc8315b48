import { epochSeconds } from '../instant.ts'
import type { Finding, Rule } from './rule.ts'

export const realDate: Rule = {
  code: 'TIDP3011',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application')) {
      const until = item.document.spec.passwordGrant?.until
      if (until !== undefined && epochSeconds(until) === undefined)
        yield {
          item,
          path: ['spec', 'passwordGrant', 'until'],
          message: `${until} is not a date and time that exists`,
        }
      for (const [index, { expiresAt }] of (item.document.spec.clientAuth?.secrets ?? []).entries())
        if (expiresAt !== undefined && epochSeconds(expiresAt) === undefined)
          yield {
            item,
            path: ['spec', 'clientAuth', 'secrets', index, 'expiresAt'],
            message: `${expiresAt} is not a date and time that exists`,
          }
    }
  },
}
