import type { EpochSeconds } from '../../base/time.ts'
import type { KeyState, StoredKey } from '../../model/key.ts'
import type { Keys } from '../../store/port.ts'
import { ensureKeys } from './ensure.ts'
import { lineOf } from './line.ts'
import { actorOf, type KeyChange, makeKey } from './make.ts'
import { readyAt, succeed } from './rotate.ts'

export type Promotion =
  | { readonly outcome: 'promoted'; readonly key: StoredKey; readonly superseded: string }
  /** Verifiers have not had time to learn it. */
  | { readonly outcome: 'early'; readonly key: StoredKey; readonly at: EpochSeconds }
  | { readonly outcome: 'misplaced'; readonly state: KeyState }
  | { readonly outcome: 'unknown' }

/** Lets this standby key sign, and makes another one. */
export async function promoteKey(
  keys: Keys,
  change: KeyChange,
  { kid, immediately }: { readonly kid: string; readonly immediately: boolean },
): Promise<Promotion> {
  return untilDecided(async () => {
    const stored = await keys.list()
    const key = stored.find((each) => each.kid === kid)
    if (key === undefined) return { outcome: 'unknown' }
    if (key.state !== 'pending') return { outcome: 'misplaced', state: key.state }
    const at = readyAt(key, change)
    if (!immediately && at > change.now) return { outcome: 'early', key, at }
    const line = lineOf(stored, key.algorithm)
    const { active } = line
    if (active === undefined) {
      await ensureKeys(keys, change)
      return undefined
    }
    const { outcome } = await succeed(keys, change, { active, next: key, line })
    if (outcome !== 'promoted') return undefined
    return { outcome, key, superseded: active.kid }
  })
}

export type Retirement =
  | { readonly outcome: 'retired'; readonly key: StoredKey }
  /** Something that it signed may be alive until then. */
  | { readonly outcome: 'early'; readonly key: StoredKey; readonly at: EpochSeconds }
  /** It signs, or has left already. */
  | { readonly outcome: 'misplaced'; readonly state: KeyState }
  | { readonly outcome: 'unknown' }

/** Takes a key out of the JWKS that nothing needs: one that has never signed, or is done. */
export async function retireKey(keys: Keys, change: KeyChange, kid: string): Promise<Retirement> {
  return untilDecided(async () => {
    const stored = await keys.list()
    const key = stored.find((each) => each.kid === kid)
    if (key === undefined) return { outcome: 'unknown' }
    const { state: from } = key
    const refusal = whyKept(key, change)
    if (refusal !== undefined) return refusal
    const moves = [{ kid, from, to: 'retired' }] as const
    const { algorithm, waiting, nextOrdinal } = lineOf(stored, key.algorithm)
    const isLast = waiting.length === 1 && from === 'pending'
    const added = isLast ? [await makeKey(algorithm, 'pending', change, nextOrdinal)] : []
    if (!(await keys.transition({ moves, added }, actorOf(change)))) return undefined
    await ensureKeys(keys, { ...change, reason: `${kid} was retired` })
    return { outcome: 'retired', key }
  })
}

function whyKept(key: StoredKey, { now }: KeyChange): Retirement | undefined {
  const { state, verifyUntil } = key
  if (state === 'pending') return undefined
  if (state !== 'retiring') return { outcome: 'misplaced', state }
  return verifyUntil > now ? { outcome: 'early', key, at: verifyUntil } : undefined
}

const ATTEMPTS = 20

/** Somebody else may change keys between our look and our step; then we look again. */
export async function untilDecided<T>(attempt: () => Promise<T | undefined>): Promise<T> {
  for (let left = ATTEMPTS; left > 0; left -= 1) {
    const decided = await attempt()
    if (decided !== undefined) return decided
  }
  throw new Error('the keys keep changing meanwhile')
}
