import type { JsonObject } from '../../base/json.ts'
import type { Context } from '../context.ts'
import type { JwtType } from '../keys/header.ts'
import type { KeyRing, VerifyingKey } from '../keys/ring.ts'
import { jwsHeader, signedClaims } from './jws.ts'

export interface JwtUse {
  readonly typ: JwtType
  /** An ID token is a hint also when it has expired (OpenID Connect RP-Initiated Logout §2). */
  readonly mayBeExpired: boolean
}

/** The claims of a JWT that this tenant signed for this use; `undefined` for anything else. */
export async function verifyJwt(
  token: string,
  { typ, mayBeExpired }: JwtUse,
  { tenant, keys, now }: Pick<Context, 'tenant' | 'keys' | 'now'>,
): Promise<JsonObject | undefined> {
  const key = keyNamedBy(token, typ, keys)
  if (key === undefined) return undefined
  const claims = await signedClaims(token, key.publicKey, key.algorithm)
  if (claims?.iss !== tenant.issuer) return undefined
  const { exp } = claims
  return typeof exp === 'number' && (mayBeExpired || exp > now) ? claims : undefined
}

function keyNamedBy(token: string, typ: JwtType, keys: KeyRing): VerifyingKey | undefined {
  const header = jwsHeader(token)
  if (header === undefined || header.typ !== typ) return undefined
  const key = typeof header.kid === 'string' ? keys.verifier(header.kid) : undefined
  return key?.algorithm === header.alg ? key : undefined
}
