import type { KeyObject } from 'node:crypto'
import { compactVerify } from 'jose'
import { isJsonObject, type JsonObject } from '../../base/json.ts'

const MAX_LENGTH = 16_384

/** Headers that name a key from elsewhere, or rules that we do not know (RFC 8725 §3.10). */
const REFUSED_HEADERS: readonly string[] = ['crit', 'jku', 'jwk', 'x5u', 'x5c', 'zip', 'b64']

/** What a compact JWS says of itself, unverified; `undefined` for what is none or may not be taken. */
export function jwsHeader(token: string): JsonObject | undefined {
  if (token.length > MAX_LENGTH) return undefined
  const header = parseObject(Buffer.from(token.slice(0, token.indexOf('.')), 'base64url'))
  if (header === undefined || REFUSED_HEADERS.some((name) => name in header)) return undefined
  return header
}

/** What it claims, unverified: only to find out whose it says it is. */
export const unverifiedClaims = (token: string): JsonObject | undefined =>
  parseObject(Buffer.from(token.split('.')[1] ?? '', 'base64url'))

/** The claims behind a signature of this key by this algorithm. */
export async function signedClaims(
  token: string,
  key: KeyObject,
  algorithm: string,
): Promise<JsonObject | undefined> {
  try {
    const { payload } = await compactVerify(token, key, { algorithms: [algorithm] })
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
