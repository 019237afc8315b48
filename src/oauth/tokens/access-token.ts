import { mintToken } from '../../base/id.ts'
import type { JsonObject } from '../../base/json.ts'
import type { EpochSeconds } from '../../base/time.ts'
import type { Authorization } from '../../model/authorization.ts'
import type { User } from '../../model/user.ts'
import type { NewAccessToken } from '../../store/port.ts'
import type { Context } from '../context.ts'
import { declaredClaims, type Recipient } from '../declared-claims.ts'
import type { Entitlement } from '../entitle.ts'
import { signJwt } from '../keys/sign.ts'
import { formatScope } from '../scope.ts'

/** The token and its row: a JWT has one too, found by its `jti`, so that it can be revoked. */
export async function accessToken(
  entitlement: Entitlement,
  context: Context,
): Promise<{ readonly token: string; readonly row: NewAccessToken }> {
  const { access } = entitlement
  const { token: id, key } = mintToken(context.nowMs, context.random)
  const row = accessTokenRow(entitlement, key, context.now)
  if (access.algorithm === undefined) return { token: id, row }

  const claims = accessTokenClaims(entitlement, row, id, context)
  return { token: await signJwt(context.keys.signer(access.algorithm), 'at+jwt', claims), row }
}

export function accessTokenRow(
  { client, proof, scopes, access }: Entitlement,
  key: Buffer,
  now: EpochSeconds,
): NewAccessToken {
  const { owner } = proof
  return {
    key,
    authorizationUid: owner?.authorization.uid,
    applicationUid: client.uid,
    userUid: owner?.user.uid,
    subject: owner?.subject ?? client.clientId,
    scope: formatScope(scopes),
    audience: access.audience,
    format: access.algorithm === undefined ? 'opaque' : 'jwt',
    issuedAt: now,
    expiresAt: now + access.lifetime,
  }
}

/** RFC 9068 §2.2, with what is declared for the resource. */
export function accessTokenClaims(
  { client, proof, scopes, access }: Entitlement,
  row: NewAccessToken,
  jti: string,
  { tenant }: Pick<Context, 'tenant'>,
): JsonObject {
  const { owner } = proof
  const recipient = { application: client, tenant, scopes, resource: access.resource }
  return {
    ...claimsOfRow(row, { ...recipient, user: owner?.user, signIn: owner?.authorization }),
    jti,
  }
}

/** Whom a token is about, for whom it is, and how they signed in. */
interface Bearing extends Recipient {
  readonly user: User | undefined
  readonly signIn: Pick<Authorization, 'authTime' | 'acr' | 'amr' | 'sid'> | undefined
}

/** The same for a token in whichever format: what a JWT says, and introspection of either. */
export const claimsOfRow = (
  row: NewAccessToken,
  { user, signIn, ...recipient }: Bearing,
): JsonObject => ({
  // Whoever reads for no resource, as the issuer does and a token's holder, is not told what only APIs are.
  ...(recipient.resource === undefined ? {} : declaredClaims('access_token', user, recipient)),
  iss: recipient.tenant.issuer,
  sub: row.subject,
  aud: row.audience,
  exp: row.expiresAt,
  iat: row.issuedAt,
  client_id: recipient.application.clientId,
  ...(row.scope === '' ? {} : { scope: row.scope }),
  ...(signIn === undefined
    ? {}
    : { auth_time: signIn.authTime, acr: signIn.acr, amr: signIn.amr, sid: signIn.sid }),
})
