import type { Snapshot } from '../model/snapshot.ts'
import type { ConfigObject, LiveChanges, LiveState } from '../store/config-port.ts'
import { withChanges } from './delta.ts'
import { type CompileOptions, compile } from './snapshot.ts'

type Applied = Pick<LiveState, 'revision' | 'objects' | 'secrets' | 'overrides'>

/** What is live, and what it was compiled to. */
export interface Compiled {
  readonly live: Applied
  readonly snapshot: Snapshot
}

/**
 * As `compile` of all that is live now, with the very tenants of before where nothing of theirs changed.
 * Undefined when the changes do not add up to what is there: then only everything will do.
 */
export function recompile(
  before: Compiled,
  changes: LiveChanges,
  options: CompileOptions = {},
): Compiled | undefined {
  const live = withChanges(before.live, changes)
  if (changes.revision < before.live.revision || live.objects.length !== changes.count)
    return undefined
  const changed = changedTenants(before.live, live, changes)
  const reuse = (name: string) =>
    changed === 'all' || changed.has(name) ? undefined : before.snapshot.byName.get(name)
  return { live, snapshot: compile(live, { ...options, reuse }) }
}

/** By their names of before and of now. What stands above tenants is part of each. */
function changedTenants(
  before: Applied,
  after: Applied,
  changes: LiveChanges,
): 'all' | ReadonlySet<string> {
  const uids = new Set([
    ...changes.objects.map(({ uid }) => uid),
    ...changes.deleted,
    ...[...before.overrides, ...after.overrides].map(({ uid }) => uid),
  ])
  const touched = [...before.objects, ...after.objects].filter(({ uid }) => uids.has(uid))
  const names = touched.map(tenantOf)
  return names.includes('') ? 'all' : new Set(names)
}

const tenantOf = ({ kind, tenant, name }: ConfigObject): string =>
  kind === 'Tenant' ? name : tenant
