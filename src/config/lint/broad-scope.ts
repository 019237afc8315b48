import { scopesOf } from '../graph.ts'
import type { Item } from '../schema.ts'
import type { Finding, Rule } from './rule.ts'

const BROAD =
  /^(?:\*|all|admin|root|everything|full|full[_.:-]?access|.*[.:/_-](?:\*|full[_-]?access))$/i

/** RFC 9700 §2.3: a token is for as little as it can be; one for everything is worth stealing. */
export const broadScope: Rule = {
  code: 'TIDP2081',
  severity: 'warning',
  *check(graph): Iterable<Finding> {
    const items: readonly Item[] = [...graph.all('Scope'), ...graph.all('Resource')]
    for (const item of items)
      for (const [index, { name }] of scopesOf(item).entries())
        if (BROAD.test(name))
          yield {
            item,
            path: item.kind === 'Scope' ? ['metadata', 'name'] : ['spec', 'scopes', index, 'name'],
            message: `the scope "${name}" says nothing of what it allows`,
            hint: 'name what may be done, for instance orders:read and orders:write',
          }
  },
}
