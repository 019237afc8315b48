import { digest } from '../../base/digest.ts'
import { rowKey } from '../../base/id.ts'
import type { AccessTokenRecord } from '../../store/port.ts'
import { isActive } from '../active.ts'
import type { Context } from '../context.ts'
import { asHeldNow } from './api-token.ts'
import { verifiedJwt } from './verify.ts'

interface AccessToken extends AccessTokenRecord {
  /** Of a JWT. */
  readonly jti?: string
}

/** The row of an access token that may be used now, in whichever format it is. */
export async function liveAccessToken(
  token: string,
  context: Context,
): Promise<AccessToken | undefined> {
  const record = await accessTokenRecord(token, context)
  if (record === undefined || !record.isLive || record.expiresAt <= context.now) return undefined
  const application = context.tenant.applicationsByUid.get(record.applicationUid)
  if (!isActive(application)) return undefined
  return record.format === 'api-token' ? asHeldNow(record, application, context.tenant) : record
}

/** The same without asking whether it is still in force. */
export async function accessTokenRecord(
  token: string,
  context: Context,
): Promise<AccessToken | undefined> {
  const jti = token.includes('.') ? await jwtId(token, context) : undefined
  const key = rowKey(jti ?? token)
  const record = key === undefined ? undefined : await context.store.accessTokens.find(key)
  // Whoever saw a JWT knows its `jti`, which must not work as a token of its own.
  if (record === undefined || (record.format === 'jwt') !== (jti !== undefined)) return undefined
  return jti === undefined ? record : { ...record, jti }
}

/**
 * A signature that was good is good until the token expires, as long as the ring holds the very key that it was
 * found good with. Whether the token is still in force is not remembered: the store is asked each time.
 */
async function jwtId(token: string, context: Context): Promise<string> {
  const { tenant, keys, now, verified } = context
  const { issuer } = tenant
  const place = `${tenant.uid} ${digest(token)}`
  const known = verified.get(place)
  const isGood = known !== undefined && known.expiresAt > now && known.issuer === issuer
  if (isGood && keys.verifier(known.key.kid) === known.key) return known.jti
  const found = await verifiedJwt(token, { typ: 'at+jwt', mayBeExpired: true }, context)
  const jti = found?.claims.jti
  if (found === undefined || typeof jti !== 'string') return ''
  const { key, expiresAt } = found
  if (expiresAt > now) verified.set(place, { key, issuer, jti, expiresAt })
  return jti
}
