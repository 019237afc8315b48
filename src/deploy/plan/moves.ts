import { addressOf, type Refactoring } from '../../config/desired-state.ts'
import type { ConfigObject } from '../../store/config-port.ts'

/** The live objects of an owner under the addresses that the documents know them by. */
export interface Placed {
  readonly object: ConfigObject
  readonly address: string
  readonly tenant: string
  readonly name: string
}

/** A tenant that moves takes with it what is in it. A move that was made already does nothing. */
export function placeMoved(
  objects: readonly ConfigObject[],
  { moved }: Refactoring,
  owner: string,
): readonly Placed[] {
  if (moved.length === 0) return objects.map((object) => placed(object, object.tenant, object.name))
  const names = namesAfter(objects, moved, owner)
  return objects.map((object) => {
    if (object.owner !== owner) return placed(object, object.tenant, object.name)
    const tenant = names.get(`Tenant/${object.tenant}`) ?? object.tenant
    return placed(object, tenant, names.get(addressOf(object)) ?? object.name)
  })
}

/** The new names of those that move now, by their addresses so far. Of two for one place the first is it. */
function namesAfter(
  objects: readonly ConfigObject[],
  moved: Refactoring['moved'],
  owner: string,
): ReadonlyMap<string, string> {
  const own = new Set(objects.filter((each) => each.owner === owner).map(addressOf))
  const sources = new Set(moved.map(({ from }) => from))
  const taken = new Set(objects.map(addressOf).filter((address) => !sources.has(address)))
  const names = new Map<string, string>()
  for (const { from, to } of moved) {
    if (!own.has(from) || taken.has(to)) continue
    taken.add(to)
    names.set(from, lastOf(to))
  }
  return names
}

const lastOf = (address: string): string => address.split('/').at(-1) ?? ''

const placed = (object: ConfigObject, tenant: string, name: string): Placed => ({
  object,
  tenant,
  name,
  address: addressOf({ kind: object.kind, tenant, name }),
})
