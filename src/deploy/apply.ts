import { ulid } from '../base/id.ts'
import { type Random, randomToken } from '../base/random.ts'
import type { SealingKey } from '../base/seal.ts'
import { type EpochMilliseconds, toSeconds } from '../base/time.ts'
import { addressOf } from '../config/desired-state.ts'
import type {
  ConfigObject,
  ConfigStore,
  ConfigTransaction,
  DeclaredUser,
  LiveState,
  Revision,
  StoredSecret,
} from '../store/config-port.ts'
import { usersToPut } from './declared-users.ts'
import {
  checkProtected,
  droppedSecrets,
  makePlan,
  type Plan,
  specHash,
  type Wanted,
} from './plan.ts'
import { Refusal } from './refusal.ts'
import { makeVerifiers, type NewVerifier } from './verifiers.ts'

/** The world of one apply. */
export interface Applying {
  readonly config: ConfigStore
  readonly random: Random
  readonly nowMs: EpochMilliseconds
  readonly lockTimeoutMs: number
  readonly hashPassword: (password: string) => Promise<string>
  /** Asked for only when a client's secret must be sealed. Throws when there is none. */
  readonly sealingKey: () => SealingKey
  /** The server's own loader: what it refuses is not committed. */
  readonly compile: (live: LiveState) => unknown
  /** Puts new secrets where the operator finds them, durably and at once. Undefined: there is no such place. */
  readonly keepSecrets: ((generated: readonly GeneratedSecret[]) => void) | undefined
  /** The last moment at which throwing changes nothing. */
  readonly beforeCommit?: () => void
  readonly about: About
}

export interface GeneratedSecret {
  readonly address: string
  readonly id: string
  readonly value: string
}

/** Who applied what, for the history. */
export type About = Pick<
  Revision,
  'toolVersion' | 'gitCommit' | 'gitRef' | 'gitDirty' | 'actor' | 'reason'
>

/** Makes the plan come true in one transaction, or changes nothing and throws. Answers the new revision. */
export async function apply(plan: Plan, wanted: Wanted, applying: Applying): Promise<number> {
  const { config, lockTimeoutMs } = applying
  checkProtected(plan)
  checkPlaceForSecrets(plan, applying)
  const before = await config.live()
  checkBase(plan, before)
  const { pepper } = await config.meta()
  const uids = new Map(before.objects.map((object) => [addressOf(object), object.uid]))
  const known = (address: string, id: string) =>
    before.secrets.find((each) => each.ownerUid === uids.get(address) && each.secretId === id)
  const verifiers = await makeVerifiers(plan, wanted.secrets, known, { ...applying, pepper })
  return config.transaction(lockTimeoutMs, (tx) =>
    change(tx, { plan, wanted, verifiers, pepper, applying }),
  )
}

interface Work {
  readonly plan: Plan
  readonly wanted: Wanted
  readonly verifiers: readonly NewVerifier[]
  readonly pepper: string
  readonly applying: Applying
}

async function change(tx: ConfigTransaction, work: Work): Promise<number> {
  const { plan, wanted, verifiers, applying } = work
  const now = toSeconds(applying.nowMs)
  const before = await tx.live()
  checkBase(plan, before)
  const uids = uidsOf([...(await tx.buried()), ...before.objects])
  const objects = changedObjects(work, uids)
  for (const object of objects) uids.set(addressOf(object), object.uid)
  const uidOf = (address: string): string => uids.get(address) ?? ''

  await tx.bury(
    plan.changes.filter((each) => each.action === 'delete').map((each) => uidOf(each.address)),
    now,
  )
  await tx.upsert(objects)
  await tx.dropSecrets([
    ...plan.changes.flatMap((each) => droppedSecrets(each, uidOf(each.address))),
    ...(await leftFromBefore(tx, work, uidOf)),
  ])
  await tx.putSecrets(
    verifiers.map(({ address, stored }) => ({ ...stored, ownerUid: uidOf(address) })),
  )
  const sub = (): string => randomToken(applying.random, 16)
  checkNames(await tx.putUsers(usersToPut(objects, verifiers, uidOf, sub), now))
  await tx.stampEnvironment(wanted.desired.environment)
  checkOutcome(await tx.live(), work)
  keepGenerated(verifiers, applying)
  const revision = await tx.commitRevision(revisionOf(plan, applying))
  applying.beforeCommit?.()
  return revision
}

/** What objects that come back from deletion had, and no longer declare. */
async function leftFromBefore(
  tx: ConfigTransaction,
  { plan, wanted }: Work,
  uidOf: (address: string) => string,
): Promise<readonly StoredSecret[]> {
  const created = new Map(
    plan.changes
      .filter((each) => each.action === 'create')
      .map(({ address }) => [
        uidOf(address),
        wanted.secrets.get(address)?.map(({ declared }) => declared.id) ?? [],
      ]),
  )
  const { secrets } = await tx.live()
  return secrets.filter(
    ({ ownerUid, secretId }) => created.get(ownerUid)?.includes(secretId) === false,
  )
}

const uidsOf = (objects: readonly ConfigObject[]): Map<string, string> =>
  new Map(objects.map((object) => [addressOf(object), object.uid]))

/** The new rows. An object keeps its uid for life, also through deletion and return. */
function changedObjects({ plan, wanted, applying }: Work, uids: ReadonlyMap<string, string>) {
  const changed = new Set(
    plan.changes.filter((each) => each.action !== 'delete').map((each) => each.address),
  )
  return wanted.desired.objects
    .filter((object) => changed.has(addressOf(object)))
    .map(
      (object): ConfigObject => ({
        uid: uids.get(addressOf(object)) ?? ulid(applying.nowMs, applying.random),
        kind: object.kind,
        tenant: object.tenant,
        name: object.name,
        owner: plan.owner,
        spec: object.spec,
        specHash: specHash(object.spec),
        isProtected: object.isProtected,
        originFile: object.at.file,
        originLine: object.at.line,
        revision: plan.baseRevision + 1,
      }),
    )
}

function checkPlaceForSecrets(plan: Plan, { keepSecrets }: Applying): void {
  if (keepSecrets !== undefined) return
  const first = plan.changes.find(({ secrets }) => secrets.some((each) => isGenerated(each.action)))
  if (first === undefined) return
  throw new Refusal('no-place-for-secrets', `a new secret would be generated for ${first.address}`)
}

const isGenerated = (action: string): boolean => action === 'generate'

function checkBase(plan: Plan, live: LiveState): void {
  if (live.revision === plan.baseRevision) return
  throw new Refusal(
    'stale',
    `the plan was made from revision ${plan.baseRevision}, and revision ${live.revision} has been applied since`,
  )
}

/** People who are there already, made by `users add`, keep their names. */
function checkNames(taken: DeclaredUser | undefined): void {
  if (taken === undefined) return
  throw new Refusal(
    'owner',
    `the username or e-mail address of the declared user ${taken.username} belongs to another user`,
  )
}

/** What a server would refuse, or what a second plan would change again, is never committed. */
function checkOutcome(after: LiveState, { plan, wanted, pepper, applying }: Work): void {
  try {
    applying.compile({ ...after, revision: plan.baseRevision + 1 })
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Refusal('not-converged', `a server could not load the new state: ${why}`, { cause })
  }
  const left = makePlan(wanted, after, pepper).changes.map((each) => each.address)
  if (left.length === 0) return
  throw new Refusal('not-converged', `still different after applying: ${left.join(', ')}`)
}

function keepGenerated(verifiers: readonly NewVerifier[], { keepSecrets }: Applying): void {
  const generated = verifiers.flatMap(({ address, stored, generated: value }) =>
    value === undefined ? [] : [{ address, id: stored.secretId, value: value.reveal() }],
  )
  if (generated.length > 0) keepSecrets?.(generated)
}

function revisionOf(plan: Plan, { about, nowMs }: Applying): Omit<Revision, 'id' | 'parent'> {
  const addresses = (action: string): string[] =>
    plan.changes.filter((each) => each.action === action).map((each) => each.address)
  return {
    ...about,
    owner: plan.owner,
    kind: 'apply',
    desiredDigest: plan.desiredDigest,
    summary: {
      create: addresses('create'),
      update: addresses('update'),
      delete: addresses('delete'),
    },
    createdAt: toSeconds(nowMs),
  }
}
