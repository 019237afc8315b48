import type { EpochSeconds } from '../../base/time.ts'
import type { StoredKey } from '../../model/key.ts'
import type { Tenant } from '../../model/tenant.ts'
import type { Keys } from '../../store/port.ts'
import { chunks, signingTime } from './signing-time.ts'
import { trustingIn } from './trusting.ts'

/** Nobody waits for a count beyond it. */
export const MOST_COUNTED = 100_000

interface Around {
  readonly stored: readonly StoredKey[]
  readonly tenant: Tenant
  readonly now: EpochSeconds
}

/**
 * How many access tokens this key may have signed that are good now. In the minute of a change two keys sign,
 * and what was issued then counts for both.
 */
export async function accessTokensAlive(
  keys: Keys,
  key: StoredKey,
  { stored, tenant, now }: Around,
): Promise<number> {
  const time = signingTime(key, stored, { tenant, now })
  if (time === undefined || key.verifyUntil <= now || key.state === 'compromised') return 0
  const { resources } = trustingIn(key.algorithm, tenant)
  let count = 0
  for (const audiences of chunks(resources.map(({ identifier }) => identifier)))
    count += await keys.countAlive({ ...time, audiences, limit: MOST_COUNTED - count }, now)
  return count
}
