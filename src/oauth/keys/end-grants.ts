import type { EpochSeconds, Seconds } from '../../base/time.ts'
import type { StoredKey } from '../../model/key.ts'
import type { IssuedUnder, Keys } from '../../store/port.ts'
import { actorOf, type KeyChange } from './make.ts'
import { trustingIn } from './trusting.ts'

/** Grants per statement, and names in one: nobody else waits for long. */
const LIMIT = 1000
const NAMES = 500

/**
 * Ends every grant of which a token was signed while this key signed, with all that came of it. What ends
 * half way can be begun again.
 */
export async function endGrants(keys: Keys, change: KeyChange, kid: string): Promise<number> {
  const stored = await keys.list()
  const key = stored.find((each) => each.kid === kid)
  if (key?.activatedAt === undefined || key.use !== 'sig') return 0
  const { resources, applications } = trustingIn(key.algorithm, change.tenant)
  const times = { from: key.activatedAt, until: signedUntil(key, stored, change), limit: LIMIT }
  const parties: readonly IssuedUnder['to'][] = [
    ...chunks(applications.map(({ uid }) => uid)).map((uids) => ({ applications: uids })),
    ...chunks(resources.map(({ identifier }) => identifier)).map((audiences) => ({ audiences })),
  ]
  let count = 0
  for (const to of parties) {
    let ended = LIMIT
    while (ended === LIMIT) {
      ended = await keys.endIssued({ ...times, to }, kid, actorOf(change))
      count += ended
    }
  }
  return count
}

function* pieces<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < all.length; start += NAMES) yield all.slice(start, start + NAMES)
}

const chunks = <T>(all: readonly T[]): readonly (readonly T[])[] => [...pieces(all)]

/** Servers learn of a change of keys within a minute. One that was cut off signs on with a key that may. */
const LEARNED: Seconds = 60

function signedUntil(
  key: StoredKey,
  stored: readonly StoredKey[],
  { tenant, now }: KeyChange,
): EpochSeconds {
  const { algorithm, activatedAt = 0, retiredAt = now } = key
  const successions = stored
    .filter((each) => each.algorithm === algorithm && (each.activatedAt ?? 0) > activatedAt)
    .map((each) => (each.activatedAt ?? 0) + tenant.keyPolicy.keepAfter)
  return Math.min(retiredAt + LEARNED, ...successions)
}
