import { addressOf } from './desired-state.ts'
import { nameOf, scopesOf, tenantOf } from './graph.ts'
import { type Reference, referencesOf } from './resolve.ts'
import type { Item } from './schema.ts'

/** One object names another, or something that the other one defines. Addresses as `addressOf` writes them. */
export interface Link {
  readonly from: string
  readonly to: string
  /** What of it, for instance the scope of a resource; else empty. */
  readonly part: string
}

/** Every name in an object that stands for another one, besides that of its tenant. Standard scopes are of nobody. */
export function linksOf(items: readonly Item[]): readonly Link[] {
  const known = new Set(items.map(addressOfItem))
  const definers = new Map(
    items.flatMap((item) =>
      scopesOf(item).map(({ tenant, name }) => [`${tenant} ${name}`, addressOfItem(item)] as const),
    ),
  )
  const target = ({ to, tenant, name }: Reference): string | undefined => {
    if (to === 'Scope') return definers.get(`${tenant} ${name}`)
    return [tenant, '']
      .map((each) => addressOf({ kind: to, tenant: each, name }))
      .find((address) => known.has(address))
  }
  const found = items.flatMap((item) => {
    const from = addressOfItem(item)
    const named = [...referencesOf(item), ...profileOf(item)].filter(
      ({ path }) => path[0] === 'spec',
    )
    return named.flatMap((reference): Link[] => {
      const to = target(reference)
      if (to === undefined || to === from) return []
      return [{ from, to, part: to.startsWith('Resource/') ? reference.name : '' }]
    })
  })
  return [...new Map(found.map((link) => [JSON.stringify(link), link])).values()]
}

function profileOf(item: Item): readonly Reference[] {
  const { spec } = item.document
  const name = spec !== undefined && 'profile' in spec ? spec.profile : undefined
  if (typeof name !== 'string') return []
  return [{ path: ['spec', 'profile'], to: 'Profile', tenant: '', name }]
}

const addressOfItem = (item: Item): string =>
  addressOf({ kind: item.kind, tenant: tenantOf(item), name: nameOf(item) })
