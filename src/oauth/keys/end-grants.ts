import type { IssuedUnder, Keys } from '../../store/port.ts'
import { actorOf, type KeyChange } from './make.ts'
import { chunks, signingTime } from './signing-time.ts'
import { trustingIn } from './trusting.ts'

/** Grants per statement: nobody else waits for long. */
const LIMIT = 1000

/**
 * Ends every grant of which a token was signed while this key signed, with all that came of it. What ends
 * half way can be begun again.
 */
export async function endGrants(keys: Keys, change: KeyChange, kid: string): Promise<number> {
  const stored = await keys.list()
  const key = stored.find((each) => each.kid === kid)
  const time = key === undefined ? undefined : signingTime(key, stored, change)
  if (key === undefined || time === undefined) return 0
  const { resources, applications } = trustingIn(key.algorithm, change.tenant)
  const times = { ...time, limit: LIMIT }
  const parties: readonly IssuedUnder['to'][] = [
    ...[...chunks(applications.map(({ uid }) => uid))].map((uids) => ({ applications: uids })),
    ...[...chunks(resources.map(({ identifier }) => identifier))].map((audiences) => ({
      audiences,
    })),
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
