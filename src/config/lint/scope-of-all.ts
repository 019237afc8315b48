import { type Graph, scopesOf, tenantOf } from '../graph.ts'
import type { Item } from '../schema.ts'
import type { Finding, Rule } from './rule.ts'

/** In fewer, everybody may well need it. */
const FEWEST = 5

/** RFC 9700 §2.3: what everybody has tells nobody apart, and was most likely copied. */
export const scopeOfAll: Rule = {
  code: 'TIDP2092',
  severity: 'warning',
  *check(graph): Iterable<Finding> {
    const byTenant = Map.groupBy(inUse(graph), tenantOf)
    const items: readonly Item[] = [...graph.all('Scope'), ...graph.all('Resource')]
    for (const item of items) yield* given(item, byTenant.get(tenantOf(item)) ?? [])
  },
}

function* given(item: Item, applications: readonly Item<'Application'>[]): Iterable<Finding> {
  if (applications.length < FEWEST) return
  for (const [index, { name }] of scopesOf(item).entries())
    if (applications.every(({ document }) => document.spec.scopes?.includes(name)))
      yield {
        item,
        path: item.kind === 'Scope' ? ['metadata', 'name'] : ['spec', 'scopes', index, 'name'],
        message: `all ${applications.length} applications of the tenant have the scope "${name}"`,
        hint: 'take it from those that do not need it, or divide it',
      }
}

const inUse = (graph: Graph): readonly Item<'Application'>[] =>
  graph.all('Application').filter(({ document }) => document.spec.disabled !== true)
