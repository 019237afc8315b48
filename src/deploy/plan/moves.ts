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
  const own = new Set(objects.filter((each) => each.owner === owner).map(addressOf))
  const taken = new Set(objects.map(addressOf))
  const sources = new Set(moved.map(({ from }) => from))
  const isFree = (address: string): boolean => !taken.has(address) || sources.has(address)
  const names = new Map(
    moved
      .filter(({ from, to }) => own.has(from) && isFree(to))
      .map(({ from, to }) => [from, lastOf(to)]),
  )
  return objects.map((object) => {
    if (object.owner !== owner) return placed(object, object.tenant, object.name)
    const tenant = names.get(`Tenant/${object.tenant}`) ?? object.tenant
    return placed(object, tenant, names.get(addressOf(object)) ?? object.name)
  })
}

const lastOf = (address: string): string => address.split('/').at(-1) ?? ''

const placed = (object: ConfigObject, tenant: string, name: string): Placed => ({
  object,
  tenant,
  name,
  address: addressOf({ kind: object.kind, tenant, name }),
})
