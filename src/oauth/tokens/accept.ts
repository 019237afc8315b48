import { rowKey } from '../../base/id.ts'
import type { AccessTokenRecord } from '../../store/port.ts'
import { isActive } from '../active.ts'
import type { Context } from '../context.ts'
import { asHeldNow } from './api-token.ts'
import { verifyJwt } from './verify.ts'

/** The row of an access token that may be used now, in whichever format it is. */
export async function liveAccessToken(
  token: string,
  context: Context,
): Promise<AccessTokenRecord | undefined> {
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
): Promise<AccessTokenRecord | undefined> {
  const isJwt = token.includes('.')
  const key = rowKey(isJwt ? await jwtId(token, context) : token)
  const record = key === undefined ? undefined : await context.store.accessTokens.find(key)
  // Whoever saw a JWT knows its `jti`, which must not work as a token of its own.
  return (record?.format === 'jwt') === isJwt ? record : undefined
}

async function jwtId(token: string, context: Context): Promise<string> {
  const claims = await verifyJwt(token, { typ: 'at+jwt', mayBeExpired: true }, context)
  return typeof claims?.jti === 'string' ? claims.jti : ''
}
