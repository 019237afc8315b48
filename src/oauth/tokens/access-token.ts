import type { JsonObject } from '../../base/json.ts'
import type { NewAccessToken } from '../../store/port.ts'
import type { Context } from '../context.ts'
import type { Entitlement } from '../entitle.ts'
import type { Owner } from '../grants/grant.ts'
import { signJwt } from '../keys/sign.ts'
import { formatScope } from '../scope.ts'
import { mint } from './mint.ts'

/** The token and its row: a JWT has one too, found by its `jti`, so that it can be revoked. */
export async function accessToken(
  { client, proof, scopes, access }: Entitlement,
  context: Context,
): Promise<{ readonly token: string; readonly row: NewAccessToken }> {
  const { token: id, key } = mint(context)
  const { owner } = proof
  const row: NewAccessToken = {
    key,
    authorizationUid: owner?.authorization.uid,
    applicationUid: client.uid,
    userUid: owner?.user.uid,
    subject: owner?.user.sub ?? client.clientId,
    scope: formatScope(scopes),
    audience: access.audience,
    format: access.algorithm === undefined ? 'opaque' : 'jwt',
    issuedAt: context.now,
    expiresAt: context.now + access.lifetime,
  }
  if (access.algorithm === undefined) return { token: id, row }

  // RFC 9068 §2.2.
  const claims = {
    iss: context.tenant.issuer,
    sub: row.subject,
    aud: row.audience,
    exp: row.expiresAt,
    iat: row.issuedAt,
    jti: id,
    client_id: client.clientId,
    ...(row.scope === '' ? {} : { scope: row.scope }),
    ...(owner === undefined ? {} : claimsAbout(owner)),
  }
  return { token: await signJwt(context.keys.signer(access.algorithm), 'at+jwt', claims), row }
}

const claimsAbout = ({ user, authorization }: Owner): JsonObject => ({
  auth_time: authorization.authTime,
  acr: authorization.acr,
  amr: authorization.amr,
  sid: authorization.sid,
  ...(user.roles.length > 0 ? { roles: user.roles } : {}),
})
