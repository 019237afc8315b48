import { derivedKey } from '../base/digest.ts'
import type { JsonObject } from '../base/json.ts'
import { type SealingKey, seal, unseal } from '../base/seal.ts'
import type { Context } from '../oauth/context.ts'

const USE = 'tokenidp return place'

/**
 * An address on the way to which somebody signs in may hold a secret, an approval link does: the store has
 * it under a key that only the browser's cookie gives, of which we keep the digest.
 */
export const keptPlace = (
  returnTo: string,
  secret: string,
  { tenant, random }: Pick<Context, 'tenant' | 'random'>,
): JsonObject => ({ sealedReturnTo: seal(returnTo, keyFrom(secret, tenant.uid), USE, random) })

/** Path and query, if the request is a visit. Null when the secret does not open it. */
export function placeIn(
  { sealedReturnTo }: JsonObject,
  secret: string,
  { tenant }: Pick<Context, 'tenant'>,
): string | null | undefined {
  if (typeof sealedReturnTo !== 'string') return undefined
  return unseal(sealedReturnTo, keyFrom(secret, tenant.uid), USE) ?? null
}

const keyFrom = (secret: string, tenantUid: string): SealingKey => ({
  id: 'browser',
  bytes: derivedKey(secret, USE, tenantUid),
})
