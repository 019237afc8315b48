import { nearest } from '../base/nearest.ts'
import { addressOf } from '../config/desired-state.ts'
import { nameOf, tenantOf } from '../config/graph.ts'
import type { Item } from '../config/schema.ts'
import { EXIT, Failure } from './exit.ts'

export const addressOfItem = (item: Item): string =>
  addressOf({ kind: item.kind, tenant: tenantOf(item), name: nameOf(item) })

/** `Application/acme/web`, or a part of it from the right that only one object has. */
export function addressIn(items: readonly Item[], ref: string): string {
  const addresses = items.map(addressOfItem)
  const found = addresses.filter((each) => each === ref || each.endsWith(`/${ref}`))
  const [only, ...others] = found.includes(ref) ? [ref] : found
  if (only !== undefined && others.length === 0) return only
  const short = new Map(addresses.map((each) => [each.slice(each.indexOf('/') + 1), each]))
  const meant = nearest(ref, addresses) ?? short.get(nearest(ref, short.keys()) ?? '')
  throw new Failure(
    EXIT.failed,
    only === undefined ? `there is no object ${ref}` : `${ref} is the name of several objects`,
    only === undefined
      ? meant === undefined
        ? 'name one as kind/tenant/name, or kind/name above tenants'
        : `did you mean ${meant}?`
      : `name one: ${found.join(', ')}`,
  )
}
