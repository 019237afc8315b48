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

type Verifying = Pick<Context, 'tenant' | 'keys' | 'now'>

/** The claims of a JWT that this tenant signed for this use; `undefined` for anything else. */
export const verifyJwt = async (
  token: string,
  use: JwtUse,
  context: Verifying,
): Promise<JsonObject | undefined> => (await verifiedJwt(token, use, context))?.claims

/** The same with the key that signed it, and until when it is good. */
export async function verifiedJwt(
  token: string,
  { typ, mayBeExpired }: JwtUse,
  { tenant, keys, now }: Verifying,
) {
  const key = keyNamedBy(token, typ, keys)
  if (key === undefined) return undefined
  const claims = await signedClaims(token, key.publicKey, key.algorithm)
  if (claims?.iss !== tenant.issuer) return undefined
  const { exp } = claims
  if (typeof exp !== 'number' || !(mayBeExpired || exp > now)) return undefined
  return { key, claims, expiresAt: exp }
}

function keyNamedBy(token: string, typ: JwtType, keys: KeyRing): VerifyingKey | undefined {
  const header = jwsHeader(token)
  if (header === undefined || header.typ !== typ) return undefined
  const key = typeof header.kid === 'string' ? keys.verifier(header.kid) : undefined
  return key?.algorithm === header.alg ? key : undefined
}
