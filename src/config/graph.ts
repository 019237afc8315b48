import type { Position } from '../base/diagnostic.ts'
import type { Kind } from './kinds.ts'
import type { Path } from './locate.ts'
import type { Item } from './schema.ts'

/** The documents of a project in one environment, to be asked by kind, tenant and name. */
export interface Graph {
  readonly project: Item<'Project'>
  readonly environment: Item<'Environment'>
  all<K extends Kind>(kind: K): readonly Item<K>[]
  find<K extends Kind>(kind: K, tenant: string, name: string): Item<K> | undefined
  /** The key policy that a tenant means: its own, before one that all may follow. */
  keyPolicy(tenant: string, name: string): Item<'KeyPolicy'> | undefined
  /** The scopes that a tenant and its resources define, and where; not the standard ones. */
  scopes(tenant: string): ReadonlyMap<string, Position>
}

export const tenantOf = ({ document }: Item): string =>
  'tenant' in document.metadata ? (document.metadata.tenant ?? '') : ''

export const nameOf = ({ document }: Item): string => document.metadata.name

export function makeGraph(
  items: readonly Item[],
  project: Item<'Project'>,
  environment: Item<'Environment'>,
): Graph {
  const byKind = Map.groupBy(items, ({ kind }) => kind)
  const byAddress = new Map(items.map((item) => [addressKey(item), item]))
  const scopes = definedScopes(items)
  const find = <K extends Kind>(kind: K, tenant: string, name: string) =>
    byAddress.get(`${kind}/${tenant}/${name}`) as Item<K> | undefined
  return {
    project,
    environment,
    // Grouped by kind, so that what is found under a kind is of that kind.
    all: <K extends Kind>(kind: K) => (byKind.get(kind) ?? []) as unknown as readonly Item<K>[],
    find,
    keyPolicy: (tenant, name) => find('KeyPolicy', tenant, name) ?? find('KeyPolicy', '', name),
    scopes: (tenant) => scopes.get(tenant) ?? new Map(),
  }
}

export const addressKey = (item: Item): string => `${item.kind}/${tenantOf(item)}/${nameOf(item)}`

/** A scope with the place of its name. */
export interface DefinedScope {
  readonly tenant: string
  readonly name: string
  readonly at: Position
}

export function scopesOf(item: Item): readonly DefinedScope[] {
  const at = (path: Path): Position => item.source.at(path)
  if (item.kind === 'Scope') {
    const { tenant, name } = item.document.metadata
    return [{ tenant, name, at: at(['metadata', 'name']) }]
  }
  if (item.kind !== 'Resource') return []
  const { tenant } = item.document.metadata
  return (item.document.spec.scopes ?? []).map(({ name }, index) => ({
    tenant,
    name,
    at: at(['spec', 'scopes', index, 'name']),
  }))
}

function definedScopes(items: readonly Item[]): ReadonlyMap<string, ReadonlyMap<string, Position>> {
  const byTenant = Map.groupBy(items.flatMap(scopesOf), ({ tenant }) => tenant)
  return new Map(
    [...byTenant].map(([tenant, scopes]) => [
      tenant,
      new Map(scopes.map(({ name, at }) => [name, at])),
    ]),
  )
}
