import { randomToken } from '../base/random.ts'
import { toSeconds } from '../base/time.ts'
import { addressOf, type DesiredState } from '../config/desired-state.ts'
import type {
  ConfigTransaction,
  DeclaredUser,
  LiveState,
  StoredSecret,
} from '../store/config-port.ts'
import type { Applying } from './apply/applying.ts'
import { checkBase, checkPermitted } from './apply/checks.ts'
import { auditOf, type Made, revisionOf } from './apply/history.ts'
import { checkLoads, checkOverrides, type Loaded, loaded } from './apply/loading.ts'
import { type Evidence, evidenceOf, NotConverged } from './apply/not-converged.ts'
import { checkOrphans } from './apply/orphans.ts'
import { type Identities, identify, rowsOf, uidsAfter } from './apply/prepare.ts'
import { wantedInPart } from './apply/wanted-in-part.ts'
import { usersToPut } from './declared-users.ts'
import { withChanges } from './delta.ts'
import { type Change, isExecuted } from './plan/change.ts'
import { changesLeft, droppedSecrets, type Plan, type Wanted } from './plan.ts'
import { Refusal } from './refusal.ts'
import { checkSame } from './saved/current.ts'
import { checkSigned } from './saved/required.ts'
import { checkSealing } from './sealing.ts'
import { packSource, unpackSource } from './source.ts'
import { makeVerifiers, type NewVerifier } from './verifiers.ts'

/** Makes the plan come true in one transaction, or changes nothing and throws. Answers the new revision. */
export async function apply(plan: Plan, wanted: Wanted, applying: Applying): Promise<number> {
  const { config, lockTimeoutMs } = applying
  checkPermitted(plan)
  checkPlaceForSecrets(plan, applying)
  const before = await config.live()
  checkBase(plan, before)
  checkApproval(plan, before, applying)
  const { pepper } = before.meta
  const identities = identify(plan, before, applying)
  const verifiers = await makeVerifiers(plan, wanted.secrets, {
    ...applying,
    pepper,
    uidOf: (address) => identities.get(address)?.uid ?? '',
    known: (uid, id) =>
      before.secrets.find((each) => each.ownerUid === uid && each.secretId === id),
  })
  const source = await sourceOf(plan, wanted, before, applying)
  const reached = { known: before, loaded: loaded(before) }
  return config.transaction(lockTimeoutMs, (tx) =>
    change(tx, { plan, wanted, identities, verifiers, source, pepper, applying, ...reached }),
  )
}

/** Going back to this revision is to all that it left behind, also where only a part was applied. */
async function sourceOf(
  plan: Plan,
  { desired }: Wanted,
  { objects: live }: LiveState,
  { config, options }: Applying,
): Promise<Buffer> {
  if (options.isTarget === undefined) return packSource(desired)
  const wanted = readable((await config.lastSource(plan.owner))?.packed)
  return packSource(wantedInPart(desired, { wanted, live }, plan, options.isTarget))
}

function readable(packed: Buffer | undefined): DesiredState | undefined {
  try {
    return packed && unpackSource(packed)
  } catch {
    // A broken one is no reason to refuse what is urgent enough to be applied alone.
    return undefined
  }
}

interface Work {
  readonly plan: Plan
  readonly wanted: Wanted
  /** What was live a moment before we had the lock. */
  readonly known: LiveState
  readonly loaded: Loaded | undefined
  readonly identities: Identities
  readonly verifiers: readonly NewVerifier[]
  readonly source: Buffer
  readonly pepper: string
  readonly applying: Applying
}

async function change(tx: ConfigTransaction, work: Work): Promise<number> {
  const { plan, wanted, identities, verifiers, applying } = work
  const now = toSeconds(applying.nowMs)
  const before = await liveWithin(tx, work)
  checkBase(plan, before)
  checkStill(before, work)
  checkApproval(plan, before, applying)
  checkIdentities(identities, before)
  const revision = before.revision + 1
  const objects = rowsOf(plan, wanted.desired.objects, identities, revision)
  const uids = uidsAfter(plan, before, identities)
  const uidOf = (address: string): string => uids.get(address) ?? ''

  await tx.move(movesOf(plan, objects))
  await tx.bury(
    plan.changes
      .filter((each) => isExecuted(each) && each.action === 'delete')
      .map((each) => uidOf(each.address)),
    { now, revision },
  )
  await tx.upsert(objects)
  if (wanted.sealingKey !== undefined) await checkSealing(tx, wanted.sealingKey)
  await changeSecrets(tx, work, before)
  const changed = new Set(objects.map(({ uid }) => uid))
  const users = usersToPut(objects, verifiers, uidOf, () => randomToken(applying.random, 16))
  checkNames(
    await tx.putUsers(
      users.filter(({ uid }) => changed.has(uid)),
      now,
    ),
  )
  await tx.stampEnvironment(wanted.desired.environment)
  const changes = await tx.changedSince(before.revision)
  const after = {
    ...withChanges(before, changes),
    environment: wanted.desired.environment,
    revision,
  }
  checkOrphans(before, after)
  const evidence = (left?: readonly Change[]) =>
    evidenceOf({ plan, desired: wanted.desired, before, after, left })
  const isKnown = before.revision === work.known.revision
  checkLoads(after, changes, isKnown ? work.loaded : undefined, (message, options) =>
    applying.options.isTarget === undefined
      ? new NotConverged(message, evidence(), options)
      : new Refusal('incomplete', message, options),
  )
  checkOverrides(after, applying.nowMs)
  checkConverged(after, work, evidence)
  const made: Made = { plan, wanted, identities, revision, applying }
  await tx.record(auditOf(made))
  keepGenerated(verifiers, applying)
  await tx.commitRevision({ ...revisionOf(made, after), source: work.source })
  applying.beforeCommit?.()
  return revision
}

/** What we read before we had the lock, and what changed since. A tombstone may be gone without a trace. */
async function liveWithin(tx: ConfigTransaction, { plan, known }: Work): Promise<LiveState> {
  if (plan.changes.some(({ action }) => action === 'revive')) return tx.live()
  return withChanges(known, await tx.changedSince(known.revision))
}

async function changeSecrets(
  tx: ConfigTransaction,
  { plan, wanted, identities, verifiers }: Work,
  before: LiveState,
): Promise<void> {
  const uidOf = (address: string): string => identities.get(address)?.uid ?? ''
  await tx.dropSecrets(plan.changes.flatMap((each) => droppedSecrets(each, uidOf(each.address))))
  await tx.dropSecrets(leftFromBefore(plan, wanted, identities, before))
  const { kept = [], made = [] } = Object.groupBy(verifiers, (each) =>
    each.isKept ? 'kept' : 'made',
  )
  const rowOf = ({ address, stored }: NewVerifier) => ({ ...stored, ownerUid: uidOf(address) })
  await tx.expireSecrets(kept.map(rowOf))
  await tx.putSecrets(made.map(rowOf))
}

/** What objects that come back from deletion had, and no longer declare. Of what was issued documents say nothing. */
function leftFromBefore(
  plan: Plan,
  wanted: Wanted,
  identities: Identities,
  { secrets }: LiveState,
): readonly StoredSecret[] {
  const revived = new Map(
    plan.changes
      .filter(({ action }) => action === 'revive')
      .map(({ address }) => [
        identities.get(address)?.uid,
        wanted.secrets.get(address)?.map(({ declared }) => declared.id) ?? [],
      ]),
  )
  return secrets.filter(
    ({ ownerUid, secretId, issuedAt }) =>
      issuedAt === undefined && revived.get(ownerUid)?.includes(secretId) === false,
  )
}

const movesOf = (plan: Plan, objects: Awaited<ReturnType<typeof rowsOf>>) => {
  const moved = new Set(
    plan.changes.filter(({ movedFrom }) => movedFrom !== undefined).map(({ address }) => address),
  )
  return objects.filter((object) => moved.has(addressOf(object)))
}

/** Going back is to what was approved before. */
function checkApproval(plan: Plan, live: LiveState, { kind = 'apply', signedBy }: Applying): void {
  if (kind === 'apply') checkSigned(plan, live, signedBy)
}

/** Between our two looks somebody may have collected a tombstone that was to come back. */
function checkIdentities(identities: Identities, live: LiveState): void {
  const known = new Set(
    [...live.objects, ...live.tombstones.map(({ object }) => object)].map(({ uid }) => uid),
  )
  for (const [address, { uid, before }] of identities)
    if (before !== undefined && !known.has(uid))
      throw new Refusal('stale', `${address} was collected while this was applied`)
}

function checkPlaceForSecrets(plan: Plan, { keepSecrets }: Applying): void {
  if (keepSecrets !== undefined) return
  const first = plan.changes.find(({ secrets }) =>
    secrets.some(({ action }) => action === 'generate'),
  )
  if (first === undefined) return
  throw new Refusal('no-place-for-secrets', `a new secret would be generated for ${first.address}`)
}

/** People who are there already, made by `users add`, keep their names. */
function checkNames(taken: DeclaredUser | undefined): void {
  if (taken === undefined) return
  throw new Refusal(
    'name-taken',
    `the username or e-mail address of the declared user ${taken.username} belongs to another user`,
  )
}

/** Secrets are in no digest: where somebody else has applied meanwhile, what is to be done is asked again. */
function checkStill(before: LiveState, { plan, wanted, pepper, applying }: Work): void {
  if (before.revision === plan.baseRevision) return
  const now = changesLeft(wanted, before, pepper, applying.options)
  checkSame(plan.changes.filter(isExecuted), now)
}

/** What a second plan would change again is never committed. */
function checkConverged(
  after: LiveState,
  { wanted, pepper, applying }: Work,
  evidence: (left: readonly Change[]) => Evidence,
): void {
  const left = changesLeft(wanted, after, pepper, applying.options)
  if (left.length === 0) return
  const names = left.map(({ address }) => address).join(', ')
  throw new NotConverged(`still different after applying: ${names}`, evidence(left))
}

function keepGenerated(verifiers: readonly NewVerifier[], { keepSecrets }: Applying): void {
  const generated = verifiers.flatMap(({ address, stored, generated: value }) =>
    value === undefined ? [] : [{ address, id: stored.secretId, value: value.reveal() }],
  )
  if (generated.length > 0) keepSecrets?.(generated)
}
