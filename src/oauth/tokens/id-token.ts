import { hash } from 'node:crypto'
import type { JsonObject } from '../../base/json.ts'
import type { SigningAlgorithm } from '../../model/key.ts'
import { idTokenClaims } from '../claims.ts'
import type { Context } from '../context.ts'
import type { Entitlement } from '../entitle.ts'
import { signJwt } from '../keys/sign.ts'
import { encryptedFor } from './encrypt.ts'

/** OpenID Connect Core §2; `undefined` when `openid` was not asked for: then this is plain OAuth. */
export async function idToken(
  entitlement: Entitlement,
  accessToken: string,
  context: Context,
): Promise<string | undefined> {
  const body = idTokenBody(entitlement, context)
  if (body === undefined) return undefined
  const { client } = entitlement
  const { algorithm } = client.idToken
  const claims = { ...body, at_hash: leftHalf(accessToken, algorithm) }
  const jwt = await signJwt(context.keys.signer(algorithm), 'JWT', claims)
  return encryptedFor(jwt, client, client.idToken, context)
}

/** Without what ties it to an access token. */
export function idTokenBody(
  { client, proof, scopes }: Entitlement,
  { tenant, now }: Pick<Context, 'tenant' | 'now'>,
): JsonObject | undefined {
  const { owner, nonce } = proof
  if (owner === undefined || !scopes.includes('openid')) return undefined
  const { user, authorization } = owner
  const asked = { application: client, tenant, scopes, asked: authorization.claims }
  return {
    ...idTokenClaims(user, asked),
    iss: tenant.issuer,
    sub: owner.subject,
    aud: client.clientId,
    azp: client.clientId,
    exp: now + client.idToken.lifetime,
    iat: now,
    auth_time: authorization.authTime,
    ...(nonce === undefined ? {} : { nonce }),
    acr: authorization.acr,
    amr: authorization.amr,
    sid: authorization.sid,
  }
}

/** OpenID Connect Core §3.1.3.6: by the hash of the signature; Ed25519 hashes with SHA-512. */
function leftHalf(text: string, algorithm: SigningAlgorithm): string {
  const bytes = hash(algorithm === 'EdDSA' ? 'sha512' : 'sha256', text, 'buffer')
  return bytes.subarray(0, bytes.length / 2).toString('base64url')
}
