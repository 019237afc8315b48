import { nameOf, scopesOf, tenantOf } from '../graph.ts'
import type { Item } from '../schema.ts'
import type { Finding, Rule } from './rule.ts'

/** Applications ask for scopes; without one, no token is for this resource unless it is named. */
export const resourceWithoutScopes: Rule = {
  code: 'TIDP3016',
  severity: 'warning',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Resource'))
      if ((item.document.spec.scopes ?? []).length === 0)
        yield {
          item,
          path: ['metadata', 'name'],
          message: `"${nameOf(item)}" has no scope, so nobody can be given a part of it`,
          hint: 'add scopes, for instance orders:read',
        }
  },
}

/** An opaque token says nothing; whom it is for has to ask. */
export const opaqueWithoutReader: Rule = {
  code: 'TIDP3019',
  severity: 'warning',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Resource')) {
      const { tokens, introspectors = [] } = item.document.spec
      if (tokens?.format !== 'opaque' || introspectors.length > 0) continue
      yield {
        item,
        path: ['spec', 'tokens', 'format'],
        message: 'nobody may introspect these tokens, and they cannot be read otherwise',
        hint: 'name the application of this API in introspectors, or write format: jwt',
      }
    }
  },
}

/** Whoever mixes up the two asks for the wrong one, and gets a token for nobody. */
export const scopeLikeResource: Rule = {
  code: 'TIDP3027',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    const resources = graph.all('Resource')
    const isNamed = (tenant: string, name: string): boolean =>
      resources.some(
        (each) =>
          tenantOf(each) === tenant &&
          (nameOf(each) === name || each.document.spec.identifier === name),
      )
    const items: readonly Item[] = [...graph.all('Scope'), ...resources]
    for (const item of items)
      for (const [index, { tenant, name }] of scopesOf(item).entries())
        if (isNamed(tenant, name))
          yield {
            item,
            path: item.kind === 'Scope' ? ['metadata', 'name'] : ['spec', 'scopes', index, 'name'],
            message: `the scope "${name}" has the name of a resource`,
            hint: 'a scope says what may be done with a resource: name that',
          }
  },
}
