import { ulid } from '../../base/id.ts'
import type { Random } from '../../base/random.ts'
import type { EpochMilliseconds } from '../../base/time.ts'
import { addressOf, type DesiredObject } from '../../config/desired-state.ts'
import type { ConfigObject, LiveState } from '../../store/config-port.ts'
import type { Change } from '../plan/change.ts'
import { isExecuted } from '../plan/change.ts'
import { specHash } from '../plan/digests.ts'
import type { Plan } from '../plan.ts'

/** Which object each changed address is: found, back from deletion, or new. */
export type Identities = ReadonlyMap<string, Identity>

export interface Identity {
  readonly uid: string
  /** What is there now, also as a tombstone. */
  readonly before: ConfigObject | undefined
}

export interface Chance {
  readonly random: Random
  readonly nowMs: EpochMilliseconds
}

export function identify(plan: Plan, live: LiveState, { random, nowMs }: Chance): Identities {
  const current = new Map(live.objects.map((object) => [addressOf(object), object]))
  const buried = new Map(
    live.tombstones
      .filter(({ object }) => object.owner === plan.owner)
      .map(({ object }) => [addressOf(object), object]),
  )
  return new Map(
    plan.changes.filter(isExecuted).map((change) => {
      const before =
        change.action === 'revive'
          ? buried.get(change.address)
          : current.get(change.movedFrom ?? change.address)
      return [change.address, { uid: before?.uid ?? ulid(nowMs, random), before }]
    }),
  )
}

/** The uids of every address once the plan is carried out. */
export function uidsAfter(
  plan: Plan,
  live: LiveState,
  identities: Identities,
): ReadonlyMap<string, string> {
  const uids = new Map(live.objects.map((object) => [addressOf(object), object.uid]))
  for (const { movedFrom } of plan.changes) if (movedFrom !== undefined) uids.delete(movedFrom)
  for (const [address, { uid }] of identities) uids.set(address, uid)
  return uids
}

/** The new rows, as a change leaves them. */
export function rowsOf(
  plan: Plan,
  objects: readonly DesiredObject[],
  identities: Identities,
  revision: number,
): ConfigObject[] {
  const desired = new Map(objects.map((object) => [addressOf(object), object]))
  return plan.changes.filter(isExecuted).flatMap((change) => {
    const identity = identities.get(change.address)
    if (identity === undefined || change.action === 'delete') return []
    const row = rowOf(change, desired.get(change.address), identity, plan.owner)
    return row === undefined ? [] : [{ ...row, revision }]
  })
}

function rowOf(
  change: Change,
  object: DesiredObject | undefined,
  { uid, before }: Identity,
  owner: string,
): ConfigObject | undefined {
  if (change.action === 'release') return before && { ...before, owner: '' }
  if (object === undefined) return undefined
  const hash = specHash(object.spec)
  const row: ConfigObject = {
    uid,
    kind: object.kind,
    tenant: object.tenant,
    name: object.name,
    owner,
    spec: object.spec,
    specHash: hash,
    appliedHash: hash,
    isProtected: object.isProtected,
    reconcile: object.reconcile,
    originFile: object.at.file,
    originLine: object.at.line,
    revision: 0,
  }
  // Who only compares, or only creates, leaves what is there.
  const isLeft = before !== undefined && !change.fields.some(isOfSpec) && before.specHash !== hash
  return isLeft ? { ...row, ...contentsOf(before) } : row
}

const isOfSpec = ({ path }: { readonly path: string }): boolean => !path.startsWith('lifecycle.')

const contentsOf = ({ spec, specHash, appliedHash, applied }: ConfigObject) => ({
  spec,
  specHash,
  appliedHash,
  ...(applied === undefined ? {} : { applied }),
})
