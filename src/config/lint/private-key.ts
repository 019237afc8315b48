import { PRIVATE_MEMBERS } from '../../model/jwk.ts'
import type { Finding, Rule } from './rule.ts'

/** What is in git is known to everybody who ever had a copy of it. */
export const privateKey: Rule = {
  code: 'TIDP2041',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application'))
      for (const [index, key] of (item.document.spec.jwks?.keys ?? []).entries()) {
        const found = PRIVATE_MEMBERS.find((name) => name in key)
        if (found === undefined) continue
        yield {
          item,
          path: ['spec', 'jwks', 'keys', index, found],
          message: `"${found}" is the private part of a key, and only its public part belongs here`,
          hint: 'make a new key: this one is known to all who have these files',
        }
      }
  },
}
