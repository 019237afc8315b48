import { derivedKey } from '../../base/digest.ts'
import type { Random } from '../../base/random.ts'
import { type SealingKey, seal, unseal } from '../../base/seal.ts'
import type { TokenResponse } from '../grants/grant.ts'

const CONTEXT = 'tokenidp refresh response'

/** Readable only by whoever holds the refresh token that was answered with it: we keep its digest only. */
export const sealResponse = (
  response: TokenResponse,
  parent: string,
  tenantUid: string,
  random: Random,
): string => seal(JSON.stringify(response), keyFrom(parent, tenantUid), CONTEXT, random)

export function openResponse(sealed: string, parent: string, tenantUid: string): TokenResponse {
  const text = unseal(sealed, keyFrom(parent, tenantUid), CONTEXT)
  if (text === undefined) throw new Error('a sealed refresh response does not open')
  return JSON.parse(text) as TokenResponse
}

const keyFrom = (parent: string, tenantUid: string): SealingKey => ({
  id: 'parent',
  bytes: derivedKey(parent, CONTEXT, tenantUid),
})
