import { isPublished } from '../published.ts'
import { keysIn } from './private-key.ts'
import type { Finding, Rule } from './rule.ts'

/** Where its public part was copied from, its private part stands beside it. */
export const publishedKey: Rule = {
  code: 'TIDP2082',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    if (graph.environment.document.spec.kind === 'dev') return
    for (const { item, path, key } of keysIn(graph)) {
      const member = ['x', 'n'].find((name) => {
        const value = key[name as keyof typeof key]
        return typeof value === 'string' && isPublished(value)
      })
      if (member === undefined) continue
      yield {
        item,
        path: [...path, member],
        message: 'this key is a sample of a public document, and its private part is there, too',
        hint: 'make a key of your own',
      }
    }
  },
}
