import type { Seconds } from '../../base/time.ts'
import { linesOf, type StoredKey } from '../../model/key.ts'
import type { Tenant } from '../../model/tenant.ts'
import type { Keys } from '../../store/port.ts'
import type { KeyMaking } from './make.ts'

/**
 * Notes, while a key signs, until when its tokens live: a lifetime that is lowered later must not take
 * the key away from tokens that are out. Half of `keepAfter` is the distance to the next note.
 */
export async function coverTokens(
  keys: Keys,
  stored: readonly StoredKey[],
  { tenant, now }: Pick<KeyMaking, 'tenant' | 'now'>,
): Promise<void> {
  const least = now + longestLifetime(tenant) + Math.floor(tenant.keyPolicy.keepAfter / 2)
  const lines = linesOf(tenant.keyPolicy)
  const isShort = stored.some(
    ({ state, algorithm, verifyUntil }) =>
      state === 'active' && lines.includes(algorithm) && verifyUntil < least,
  )
  if (isShort) await keys.cover(lines, least, coveredUntil({ tenant, now }))
}

/** When the last token that is signed now, and what verifiers keep of its key, is over. */
export const coveredUntil = ({ tenant, now }: Pick<KeyMaking, 'tenant' | 'now'>) =>
  now + longestLifetime(tenant) + tenant.keyPolicy.keepAfter

/** What else keys sign is over by then: logout tokens and signed answers. */
const SHORT_LIVED: Seconds = 120

/** Of everything that a key of this tenant may have signed. */
function longestLifetime({ resources, applications }: Tenant): Seconds {
  let longest = SHORT_LIVED
  for (const { token } of resources.values()) longest = Math.max(longest, token.lifetime)
  for (const { idToken, ciba } of applications.values())
    longest = Math.max(longest, idToken.lifetime, ciba?.lifetime ?? 0)
  return longest
}
