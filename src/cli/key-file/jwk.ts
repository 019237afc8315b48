import { createPrivateKey, type JsonWebKey, type KeyObject, X509Certificate } from 'node:crypto'
import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts'
import { KeyFileError } from './key-file-error.ts'
import type { KeysAndCertificates } from './pkcs12.ts'

/** What a JWK says of its key beside the key. */
export interface SaidOfKey {
  readonly algorithm: string | undefined
  readonly use: string | undefined
  readonly kid: string | undefined
}

/** A private key in JSON (RFC 7517), or a set with one key. */
export function jwk(text: string): KeysAndCertificates & SaidOfKey {
  const key = onlyKey(parsed(text))
  if (key.kty === 'oct')
    throw new KeyFileError(
      'it is a secret that both sides know, not the private half of a pair',
      'make a key pair: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256',
    )
  return {
    privateKeys: 'd' in key ? [privateKey(key)] : [],
    certificates: certificatesOf(key),
    algorithm: textOf(key.alg),
    use: textOf(key.use) ?? otherUse(key),
    kid: textOf(key.kid),
  }
}

/** RFC 7517 §4.3. */
const otherUse = ({ key_ops: operations }: JsonObject): string | undefined =>
  Array.isArray(operations) && !operations.includes('sign') ? operations.join(', ') : undefined

const textOf = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined

function parsed(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text)
    if (isJsonObject(value)) return value
  } catch {
    // A parser's words would quote the file.
  }
  throw new KeyFileError('it is not a JWK: no JSON object', 'check the file')
}

function onlyKey(value: JsonObject): JsonObject {
  const { keys } = value
  if (!Array.isArray(keys)) return value
  const [key, ...others] = keys as readonly Json[]
  if (isJsonObject(key) && others.length === 0) return key
  throw new KeyFileError(`it is a set of ${keys.length} keys`, 'give one key at a time')
}

function privateKey(key: JsonObject): KeyObject {
  // RFC 7518 §6.3.2.7: a third prime, which nothing here knows what to do with.
  if ('oth' in key) throw unreadable('it has more than two primes')
  if (key.kty === 'RSA' && !('p' in key)) throw unreadable('it has no p, q, dp, dq and qi')
  try {
    return createPrivateKey({ key: key as JsonWebKey, format: 'jwk' })
  } catch {
    throw unreadable('members are missing, or do not fit together')
  }
}

const unreadable = (why: string): KeyFileError =>
  new KeyFileError(`its private key cannot be read: ${why}`, 'give it as PEM')

/** RFC 7517 §4.7: base64, and not base64url. */
function certificatesOf({ x5c }: JsonObject): readonly X509Certificate[] {
  if (!Array.isArray(x5c)) return []
  try {
    return x5c.map((each) => new X509Certificate(Buffer.from(String(each), 'base64')))
  } catch {
    throw new KeyFileError('a certificate of its x5c cannot be read', 'check the file')
  }
}
