import { hash } from 'node:crypto'
import type { SigningAlgorithm } from '../../model/key.ts'
import { idTokenClaims } from '../claims.ts'
import type { Context } from '../context.ts'
import type { Entitlement } from '../entitle.ts'
import { signJwt } from '../keys/sign.ts'
import { encryptedFor } from './encrypt.ts'

/** OpenID Connect Core §2; `undefined` when `openid` was not asked for: then this is plain OAuth. */
export async function idToken(
  { client, proof, scopes }: Entitlement,
  accessToken: string,
  context: Context,
): Promise<string | undefined> {
  const { tenant, keys, now } = context
  const { owner, nonce } = proof
  if (owner === undefined || !scopes.includes('openid')) return undefined
  const { user, authorization } = owner
  const { algorithm, lifetime } = client.idToken
  const asked = { application: client, tenant, scopes, asked: authorization.claims }
  const jwt = await signJwt(keys.signer(algorithm), 'JWT', {
    ...idTokenClaims(user, asked),
    iss: tenant.issuer,
    sub: owner.subject,
    aud: client.clientId,
    azp: client.clientId,
    exp: now + lifetime,
    iat: now,
    auth_time: authorization.authTime,
    ...(nonce === undefined ? {} : { nonce }),
    acr: authorization.acr,
    amr: authorization.amr,
    sid: authorization.sid,
    at_hash: leftHalf(accessToken, algorithm),
  })
  return encryptedFor(jwt, client, client.idToken, context)
}

/** OpenID Connect Core §3.1.3.6: by the hash of the signature; Ed25519 hashes with SHA-512. */
function leftHalf(text: string, algorithm: SigningAlgorithm): string {
  const bytes = hash(algorithm === 'EdDSA' ? 'sha512' : 'sha256', text, 'buffer')
  return bytes.subarray(0, bytes.length / 2).toString('base64url')
}
