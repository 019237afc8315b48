import { SERVER_CLAIMS } from '../../model/claims.ts'
import type { Finding, Rule } from './rule.ts'

/** What has a field of its own. */
const FIELDS: ReadonlySet<string> = new Set(['email', 'email_verified'])

/** A declared claim must not say who signed, for whom, or how. */
export const reservedClaim: Rule = {
  code: 'TIDP3012',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('User'))
      for (const name of Object.keys(item.document.spec.claims ?? {}))
        if (SERVER_CLAIMS.has(name) || FIELDS.has(name))
          yield {
            item,
            path: ['spec', 'claims', name],
            message: `the claim ${name} is set by the server`,
            hint: FIELDS.has(name) ? 'use spec.email and spec.emailVerified' : 'remove the line',
          }
  },
}
