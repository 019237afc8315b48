import { compactVerify } from 'jose'
import { isJsonObject, type JsonObject } from '../../base/json.ts'
import type { Context } from '../context.ts'
import type { JwtType } from '../keys/header.ts'
import type { KeyRing, VerifyingKey } from '../keys/ring.ts'

const MAX_LENGTH = 16_384

/** Headers that name a key from elsewhere, or rules that we do not know (RFC 8725 §3.10). */
const REFUSED_HEADERS: readonly string[] = ['crit', 'jku', 'jwk', 'x5u', 'x5c', 'zip', 'b64']

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
  const claims = await signedClaims(token, key)
  if (claims?.iss !== tenant.issuer) return undefined
  const { exp } = claims
  return typeof exp === 'number' && (mayBeExpired || exp > now) ? claims : undefined
}

function keyNamedBy(token: string, typ: JwtType, keys: KeyRing): VerifyingKey | undefined {
  if (token.length > MAX_LENGTH) return undefined
  const header = parseObject(Buffer.from(token.slice(0, token.indexOf('.')), 'base64url'))
  if (header === undefined || header.typ !== typ) return undefined
  if (REFUSED_HEADERS.some((name) => name in header)) return undefined
  const key = typeof header.kid === 'string' ? keys.verifier(header.kid) : undefined
  return key?.algorithm === header.alg ? key : undefined
}

async function signedClaims(token: string, key: VerifyingKey): Promise<JsonObject | undefined> {
  try {
    const { payload } = await compactVerify(token, key.publicKey, { algorithms: [key.algorithm] })
    return parseObject(Buffer.from(payload))
  } catch {
    return undefined
  }
}

function parseObject(bytes: Buffer): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
