import type { EpochSeconds } from '../../base/time.ts'
import { type KeyAlgorithm, linesOf, type StoredKey } from '../../model/key.ts'
import { standbysFor } from '../../model/key-times.ts'
import type { Keys } from '../../store/port.ts'
import { coveredUntil } from './cover.ts'
import { ensureKeys } from './ensure.ts'
import { type KeyLine, lineOf } from './line.ts'
import { actorOf, type KeyChange, makeKey } from './make.ts'
import { checkOpens } from './opening.ts'

export interface RotationReport {
  readonly algorithm: KeyAlgorithm
  /** The key that signs now, or will from `at` on. */
  readonly kid: string
  /** superseded: somebody else rotated at the same moment, and their key stands. */
  readonly outcome: 'promoted' | 'scheduled' | 'superseded'
  readonly at: EpochSeconds
}

/**
 * Starts the rotation of every algorithm, or of the one named. The standby key begins to sign at once when
 * verifiers have had `publishAhead` to learn it, or when `immediately`; otherwise it is scheduled for that moment.
 */
export async function rotateKeys(
  keys: Keys,
  change: KeyChange,
  { immediately, algorithm }: { readonly immediately: boolean; readonly algorithm?: KeyAlgorithm },
): Promise<readonly RotationReport[]> {
  await ensureKeys(keys, change)
  const successions = successionsOf(await keys.list(), change).filter(
    ({ next }) => algorithm === undefined || next.algorithm === algorithm,
  )
  return Promise.all(
    successions.map(async (succession): Promise<RotationReport> => {
      const { next } = succession
      const at = readyAt(next, change)
      if (immediately || at <= change.now) return succeed(keys, change, succession)
      const isScheduled = await keys.schedule(next.kid, at, actorOf(change))
      const outcome = isScheduled ? 'scheduled' : 'superseded'
      return { algorithm: next.algorithm, kid: next.kid, outcome, at }
    }),
  )
}

/** What a server does about keys from time to time: promotes the due ones, retires the done ones. */
export async function tickKeys(keys: Keys, change: KeyChange): Promise<readonly RotationReport[]> {
  await ensureKeys(keys, change)
  const stored = await keys.list()
  const due = successionsOf(stored, change).filter((succession) => isDue(succession, change))
  const reports = await Promise.all(due.map((each) => succeed(keys, change, each)))
  await retireDone(keys, change, stored)
  await endDropped(keys, change, stored)
  return reports
}

/** One key takes the place of another. */
export interface Succession {
  readonly active: StoredKey
  readonly next: StoredKey
  readonly line: KeyLine
}

const successionsOf = (
  stored: readonly StoredKey[],
  { tenant }: KeyChange,
): readonly Succession[] =>
  linesOf(tenant.keyPolicy).flatMap((algorithm) => {
    const line = lineOf(stored, algorithm)
    const { active, next } = line
    return active === undefined || next === undefined ? [] : [{ active, next, line }]
  })

/** When verifiers have had time to learn it. */
export const readyAt = ({ createdAt }: StoredKey, { tenant }: KeyChange): EpochSeconds =>
  createdAt + tenant.keyPolicy.publishAhead

function isDue({ active, next }: Succession, change: KeyChange): boolean {
  const { rotateEvery } = change.tenant.keyPolicy
  const { now } = change
  if (next.activateAt !== undefined) return next.activateAt <= now
  const since = active.activatedAt ?? active.createdAt
  return rotateEvery > 0 && since + rotateEvery <= now && readyAt(next, change) <= now
}

/** Of any number of calls for one active key, one takes effect. */
export async function succeed(
  keys: Keys,
  change: KeyChange,
  { active, next, line }: Succession,
): Promise<RotationReport> {
  checkOpens([active], change.masterKey)
  const { algorithm, kid } = next
  const verifyUntil = coveredUntil(change)
  // Keys that came from elsewhere wait beside those that were made here.
  const isShort = line.waiting.length <= standbysFor(change.tenant.keyPolicy)
  const hasRotated = await keys.transition(
    {
      moves: [
        { kid: active.kid, from: 'active', to: 'retiring', verifyUntil },
        { kid, from: 'pending', to: 'active', verifyUntil },
      ],
      added: isShort ? [await makeKey(algorithm, 'pending', change, line.nextOrdinal)] : [],
    },
    actorOf(change),
  )
  return { algorithm, kid, outcome: hasRotated ? 'promoted' : 'superseded', at: change.now }
}

async function retireDone(
  keys: Keys,
  change: KeyChange,
  stored: readonly StoredKey[],
): Promise<void> {
  const by = actorOf({ ...change, reason: 'nothing it signed is alive' })
  for (const { kid, state, verifyUntil } of stored)
    if (state === 'retiring' && verifyUntil <= change.now)
      await keys.transition({ moves: [{ kid, from: 'retiring', to: 'retired' }], added: [] }, by)
}

/**
 * What the policy no longer names. Nobody extends its time any more, so it stays as it is for as long as its
 * tokens live: who takes the change back by then finds the same keys.
 */
async function endDropped(
  keys: Keys,
  change: KeyChange,
  stored: readonly StoredKey[],
): Promise<void> {
  const lines = new Set(linesOf(change.tenant.keyPolicy))
  const by = actorOf({ ...change, reason: 'its algorithm is no longer in the key policy' })
  for (const { kid, state, algorithm, verifyUntil } of stored) {
    if (lines.has(algorithm)) continue
    if (state === 'active' && verifyUntil <= change.now)
      await keys.transition({ moves: [{ kid, from: 'active', to: 'retiring' }], added: [] }, by)
    if (state === 'pending' && lineOf(stored, algorithm).active === undefined)
      await keys.transition({ moves: [{ kid, from: 'pending', to: 'retired' }], added: [] }, by)
  }
}
