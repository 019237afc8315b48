import type { SealingKey } from '../base/seal.ts'
import { addressOf, type DesiredState } from '../config/desired-state.ts'
import type { Resolution } from '../config/secrets.ts'
import type { LiveState, StoredSecret } from '../store/config-port.ts'
import { type NamedOverride, named } from './override/named.ts'
import { arrival } from './plan/arrival.ts'
import { baseOf } from './plan/base.ts'
import { type Change, isExecuted } from './plan/change.ts'
import { departure } from './plan/departure.ts'
import { type DigestedObject, desiredDigest, hashesOf, liveDigest } from './plan/digests.ts'
import { type Breach, breaches } from './plan/guards.ts'
import { type Placed, placeMoved } from './plan/moves.ts'
import { withOrphans } from './plan/orphans.ts'
import { ceiling, type Planning, type PlanOptions } from './plan/planning.ts'
import { likelyRenames, type RenameHint } from './plan/renames.ts'
import { compare } from './plan/three-way.ts'
import { update } from './plan/update.ts'
import { canRead } from './reader.ts'
import { Refusal } from './refusal.ts'

export type { Change } from './plan/change.ts'
export type { PlanOptions } from './plan/planning.ts'

/** Everything `apply` will do, and nothing that is as it should be. Free of secrets. */
export interface Plan {
  readonly owner: string
  readonly environment: DesiredState['environment']
  readonly baseRevision: number
  /** What it was made from, and refused if that is no longer what is live. */
  readonly baseDigest: string
  /** What was there of the objects that change. */
  readonly base: readonly DigestedObject[]
  /** One value for one desired state, in every database. */
  readonly desiredDigest: string
  readonly changes: readonly Change[]
  readonly breaches: readonly Breach[]
  readonly renames: readonly RenameHint[]
  /** Objects of others, never touched. */
  readonly unmanaged: number
  /** Changed behind the documents' back, and left so. */
  readonly kept: readonly string[]
  /** What operators put over it, which no plan touches. */
  readonly overrides: readonly NamedOverride[]
}

/** What a plan is about, wherever it is carried out. */
export type PlanContents = Omit<Plan, 'overrides' | 'base'>

/** What is wanted: the documents and the values behind their references. */
export interface Wanted {
  readonly desired: DesiredState
  readonly secrets: Resolution['secrets']
  /** What they are to be sealed under, if one is given. */
  readonly sealingKey?: SealingKey | undefined
}

const ownerOf = (desired: DesiredState): string => `git:${desired.project.id}`

export function makePlan(
  wanted: Wanted,
  live: LiveState,
  pepper: string,
  options: PlanOptions = {},
): Plan {
  const { desired } = wanted
  checkReader(live)
  checkEnvironment(desired, live)
  const { planning, placed } = prepare(wanted, live, pepper, options)
  const { owner, hashes } = planning
  const own = live.objects.filter((object) => object.owner === owner)
  const changes = targetedChanges(planning, placed)
  const meant = new Set(desired.refactor.removed.map(({ ref }) => ref))
  return {
    owner,
    environment: desired.environment,
    baseRevision: live.revision,
    baseDigest: liveDigest(live.objects, owner),
    base: baseOf(changes, live.objects),
    desiredDigest: desiredDigest(desired, hashes),
    changes,
    breaches: breaches({ desired, own, changes, meant, maxDeletes: options.maxDeletes }),
    renames: renamesIn(changes, planning, placed),
    unmanaged: live.objects.length - own.length,
    kept: keptIn(planning, placed),
    overrides: named(live),
  }
}

/** What a plan made now would still change: nothing, once it has been carried out. */
export function changesLeft(
  wanted: Wanted,
  live: LiveState,
  pepper: string,
  options: PlanOptions,
): readonly Change[] {
  const { planning, placed } = prepare(wanted, live, pepper, options)
  return targetedChanges(planning, placed).filter(isExecuted)
}

function prepare(
  { desired, secrets, sealingKey }: Wanted,
  live: LiveState,
  pepper: string,
  options: PlanOptions,
): { readonly planning: Planning; readonly placed: readonly Placed[] } {
  const owner = ownerOf(desired)
  const planning: Planning = {
    owner,
    desired,
    hashes: hashesOf(desired),
    keeping: { pepper, sealingKey },
    options,
    wanted: secrets,
    tombstones: tombstonesOf(live, owner),
    stored: Map.groupBy(live.secrets, (secret) => secret.ownerUid),
  }
  return { planning, placed: placeMoved(live.objects, desired.refactor, owner) }
}

const targetedChanges = (planning: Planning, placed: readonly Placed[]): readonly Change[] =>
  withOrphans(
    changesOf(planning, placed).filter(
      ({ address }) => planning.options.isTarget?.(address) ?? true,
    ),
    placed,
  )

/** The last of each address. */
const tombstonesOf = ({ tombstones }: LiveState, owner: string) =>
  new Map(
    tombstones
      .filter(({ object }) => object.owner === owner)
      .map((each) => [addressOf(each.object), each]),
  )

function changesOf(planning: Planning, placed: readonly Placed[]): Change[] {
  const { desired, owner } = planning
  const current = new Map(placed.map((each) => [each.address, each]))
  const wanted = new Set(desired.objects.map(addressOf))
  const gone = placed.filter(
    ({ object, address }) => object.owner === owner && !wanted.has(address),
  )
  const changes = [
    ...gone.map((each) => departure(each, planning)),
    ...desired.objects.flatMap((object) => {
      const before = current.get(addressOf(object))
      return before === undefined ? [arrival(object, planning)] : update(object, before, planning)
    }),
  ]
  return changes.map((change) => ceiling(change, planning))
}

function renamesIn(
  changes: readonly Change[],
  { desired }: Planning,
  placed: readonly Placed[],
): readonly RenameHint[] {
  const gone = new Set(
    changes.filter(({ action }) => action === 'delete').map((each) => each.address),
  )
  const made = new Set(
    changes.filter(({ action }) => action === 'create').map((each) => each.address),
  )
  if (gone.size === 0 || made.size === 0) return []
  return likelyRenames(
    placed.filter(({ address }) => gone.has(address)),
    desired.objects
      .map((object) => ({ address: addressOf(object), object }))
      .filter(({ address }) => made.has(address)),
  )
}

function keptIn(
  { owner, options, hashes }: Planning,
  placed: readonly Placed[],
): readonly string[] {
  const isKept = ({ object, address }: Placed): boolean => {
    const hash = hashes.get(address)
    if (object.owner !== owner || hash === undefined) return false
    if (object.reconcile !== 'full') return object.specHash !== hash
    return options.onDrift === 'keep' && compare(hash, object) === 'drift'
  }
  return placed.filter(isKept).map(({ address }) => address)
}

/** What a newer program wrote may hold what this one would take away without knowing. */
function checkReader({ minReader, revision }: LiveState): void {
  if (canRead(minReader)) return
  throw new Refusal('newer', `revision ${revision} was applied by a newer program than this one`)
}

function checkEnvironment({ environment }: DesiredState, live: LiveState): void {
  const stamp = live.environment
  if (stamp === undefined) return
  if (stamp.name === environment.name && stamp.kind === environment.kind) return
  throw new Refusal(
    'environment',
    `this database belongs to environment "${stamp.name}" (${stamp.kind}), not to "${environment.name}" (${environment.kind})`,
  )
}

/** Which of the stored secrets an object no longer declares. */
export const droppedSecrets = (
  change: Change,
  uid: string,
): Pick<StoredSecret, 'ownerUid' | 'secretId'>[] =>
  change.secrets
    .filter(({ action }) => action === 'drop')
    .map(({ id }) => ({ ownerUid: uid, secretId: id }))
