import { type Jwk, PRIVATE_MEMBERS } from '../../model/jwk.ts'
import type { Graph } from '../graph.ts'
import type { Path } from '../locate.ts'
import type { Item } from '../schema.ts'
import type { Finding, Rule } from './rule.ts'

/** What is in git is known to everybody who ever had a copy of it. */
export const privateKey: Rule = {
  code: 'TIDP2041',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const { item, path, key } of keysIn(graph)) {
      const found = PRIVATE_MEMBERS.find((name) => name in key)
      if (found === undefined) continue
      yield {
        item,
        path: [...path, found],
        message: `"${found}" is the private part of a key, and only its public part belongs here`,
        hint: 'make a new key: this one is known to all who have these files',
      }
    }
  },
}

interface WrittenKey {
  readonly item: Item
  readonly path: Path
  readonly key: Jwk
}

export function* keysIn({ project, all }: Graph): Iterable<WrittenKey> {
  for (const [index, key] of (project.document.spec?.signedPlans?.keys ?? []).entries())
    yield { item: project, path: ['spec', 'signedPlans', 'keys', index], key }
  for (const item of all('Application'))
    for (const [index, key] of (item.document.spec.jwks?.keys ?? []).entries())
      yield { item, path: ['spec', 'jwks', 'keys', index], key }
}
