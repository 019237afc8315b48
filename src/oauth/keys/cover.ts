import type { Seconds } from '../../base/time.ts'
import type { StoredKey } from '../../model/key.ts'
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
  const isShort = stored.some((key) => key.state === 'active' && key.verifyUntil < least)
  if (isShort) await keys.cover(least, coveredUntil({ tenant, now }))
}

/** When the last token that is signed now, and what verifiers keep of its key, is over. */
export const coveredUntil = ({ tenant, now }: Pick<KeyMaking, 'tenant' | 'now'>) =>
  now + longestLifetime(tenant) + tenant.keyPolicy.keepAfter

/** Of everything that a key of this tenant may have signed. */
function longestLifetime(tenant: Tenant): Seconds {
  const accessTokens = [...tenant.resources.values()].map(({ token }) => token.lifetime)
  const idTokens = [...tenant.applications.values()].map(({ idToken }) => idToken.lifetime)
  return Math.max(0, ...accessTokens, ...idTokens)
}
