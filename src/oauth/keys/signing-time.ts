import type { EpochSeconds, Seconds } from '../../base/time.ts'
import type { StoredKey } from '../../model/key.ts'
import type { Tenant } from '../../model/tenant.ts'

/** Servers learn of a change of keys within a minute. One that was cut off signs on with a key that may. */
const LEARNED: Seconds = 60
/** In one statement. */
const NAMES = 500

/** The time in which a key may have signed: a little longer than it was to. Nothing of one that never did. */
export function signingTime(
  key: StoredKey,
  stored: readonly StoredKey[],
  { tenant, now }: { readonly tenant: Tenant; readonly now: EpochSeconds },
): { readonly from: EpochSeconds; readonly until: EpochSeconds } | undefined {
  const { algorithm, activatedAt, use, retiredAt = now } = key
  if (activatedAt === undefined || use !== 'sig') return undefined
  const successions = stored
    .filter((each) => each.algorithm === algorithm && (each.activatedAt ?? 0) > activatedAt)
    .map((each) => (each.activatedAt ?? 0) + tenant.keyPolicy.keepAfter)
  return { from: activatedAt, until: Math.min(retiredAt + LEARNED, ...successions) }
}

/** Many names in pieces that a statement takes. */
export function* chunks<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < all.length; start += NAMES) yield all.slice(start, start + NAMES)
}
