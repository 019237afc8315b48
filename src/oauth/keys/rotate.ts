import type { EpochSeconds } from '../../base/time.ts'
import type { SigningAlgorithm, StoredKey } from '../../model/key.ts'
import type { Tenant } from '../../model/tenant.ts'
import type { Keys } from '../../store/port.ts'
import { coveredUntil } from './cover.ts'
import { ensureKeys } from './ensure.ts'
import { type KeyMaking, makeKey } from './make.ts'

export interface RotationReport {
  readonly algorithm: SigningAlgorithm
  /** The key that signs now, or will from `at` on. */
  readonly kid: string
  /** superseded: somebody else rotated at the same moment, and their key stands. */
  readonly outcome: 'promoted' | 'scheduled' | 'superseded'
  readonly at: EpochSeconds
}

/**
 * Starts the rotation of every algorithm. The standby key begins to sign at once when verifiers have
 * had `publishAhead` to learn it, or when `immediately`; otherwise it is scheduled for that moment.
 */
export async function rotateKeys(
  keys: Keys,
  making: KeyMaking,
  { immediately }: { readonly immediately: boolean },
): Promise<readonly RotationReport[]> {
  await ensureKeys(keys, making)
  const pairs = pairsOf(await keys.list(), making.tenant)
  return Promise.all(
    pairs.map(async ({ active, pending }): Promise<RotationReport> => {
      const due = pending.createdAt + making.tenant.keyPolicy.publishAhead
      if (immediately || due <= making.now) return promote(keys, making, active, pending)
      const isScheduled = await keys.schedule(pending.kid, due)
      const outcome = isScheduled ? 'scheduled' : 'superseded'
      return { algorithm: pending.algorithm, kid: pending.kid, outcome, at: due }
    }),
  )
}

/** What a server does about keys from time to time: promotes the due ones, retires the done ones. */
export async function tickKeys(keys: Keys, making: KeyMaking): Promise<readonly RotationReport[]> {
  await ensureKeys(keys, making)
  const due = pairsOf(await keys.list(), making.tenant).filter((pair) => isDue(pair, making))
  const reports = await Promise.all(
    due.map(({ active, pending }) => promote(keys, making, active, pending)),
  )
  await keys.retire(making.now)
  return reports
}

interface Pair {
  readonly active: StoredKey
  readonly pending: StoredKey
}

const pairsOf = (stored: readonly StoredKey[], tenant: Tenant): readonly Pair[] =>
  tenant.keyPolicy.algorithms.flatMap((algorithm) => {
    const ofAlgorithm = stored.filter((key) => key.algorithm === algorithm)
    const active = ofAlgorithm.find(({ state }) => state === 'active')
    const pending = ofAlgorithm.find(({ state }) => state === 'pending')
    return active === undefined || pending === undefined ? [] : [{ active, pending }]
  })

function isDue({ active, pending }: Pair, { tenant, now }: KeyMaking): boolean {
  const { rotateEvery, publishAhead } = tenant.keyPolicy
  if (pending.activateAt !== undefined) return pending.activateAt <= now
  const since = active.activatedAt ?? active.createdAt
  return rotateEvery > 0 && since + rotateEvery <= now && pending.createdAt + publishAhead <= now
}

async function promote(
  keys: Keys,
  making: KeyMaking,
  active: StoredKey,
  pending: StoredKey,
): Promise<RotationReport> {
  const { algorithm, kid } = pending
  const { now } = making
  const rotation = {
    algorithm,
    from: active.kid,
    to: kid,
    next: await makeKey(algorithm, 'pending', making),
    verifyUntil: coveredUntil(making),
  }
  const hasRotated = await keys.rotate(rotation, now)
  return { algorithm, kid, outcome: hasRotated ? 'promoted' : 'superseded', at: now }
}
