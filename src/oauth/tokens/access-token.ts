import type { JsonObject } from '../../base/json.ts'
import type { EpochSeconds } from '../../base/time.ts'
import type { NewAccessToken } from '../../store/port.ts'
import type { Context } from '../context.ts'
import { declaredClaims } from '../declared-claims.ts'
import type { Entitlement } from '../entitle.ts'
import type { Owner } from '../grants/grant.ts'
import { signJwt } from '../keys/sign.ts'
import { formatScope } from '../scope.ts'
import { mint } from './mint.ts'

/** The token and its row: a JWT has one too, found by its `jti`, so that it can be revoked. */
export async function accessToken(
  entitlement: Entitlement,
  context: Context,
): Promise<{ readonly token: string; readonly row: NewAccessToken }> {
  const { access } = entitlement
  const { token: id, key } = mint(context)
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
    ...declaredClaims('access_token', owner?.user, recipient),
    iss: tenant.issuer,
    sub: row.subject,
    aud: row.audience,
    exp: row.expiresAt,
    iat: row.issuedAt,
    jti,
    client_id: client.clientId,
    ...(row.scope === '' ? {} : { scope: row.scope }),
    ...(owner === undefined ? {} : claimsAbout(owner)),
  }
}

const claimsAbout = ({ authorization }: Owner): JsonObject => ({
  auth_time: authorization.authTime,
  acr: authorization.acr,
  amr: authorization.amr,
  sid: authorization.sid,
})
