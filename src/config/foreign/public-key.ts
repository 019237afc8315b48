import { createPublicKey, type JsonWebKey, type KeyObject, X509Certificate } from 'node:crypto'
import { isJsonObject, type JsonObject } from '../../base/json.ts'
import { isPublicJwk } from '../../model/jwk.ts'
import { isPublished } from '../published.ts'

/** The key of a certificate in base64, or of a key or certificate in PEM. Undefined for what is none that can be used. */
export function publicJwkOf(text: string): JsonObject | undefined {
  try {
    return jwkOf(keyIn(text))
  } catch {
    return undefined
  }
}

function keyIn(text: string): KeyObject {
  if (/-----BEGIN (?:RSA )?PUBLIC KEY/.test(text)) return createPublicKey(text)
  if (text.includes('-----BEGIN')) return new X509Certificate(text).publicKey
  const written = text.replaceAll(/\s/g, '')
  const bytes = Buffer.from(written, 'base64')
  if (bytes.toString('base64') !== written) throw new Error('this is not base64')
  return new X509Certificate(bytes).publicKey
}

function jwkOf(key: KeyObject): JsonObject | undefined {
  if ((key.asymmetricKeyDetails?.modulusLength ?? LEAST) < LEAST) return undefined
  const jwk: unknown = key.export({ format: 'jwk' })
  if (!isJsonObject(jwk) || !isPublicJwk(jwk)) return undefined
  // Everybody has the private part of it.
  const isSample = [jwk.x, jwk.n].some((part) => typeof part === 'string' && isPublished(part))
  return isSample ? undefined : jwk
}

const LEAST = 2048

/** Those of a set that are public and can be used; several only where each has a name of its own. */
export function publicKeysOf(keys: readonly JsonObject[]): readonly JsonObject[] {
  const fine = keys.filter((key) => isPublicJwk(key) && isReadable(key))
  const names = new Set(fine.map(({ kid }) => kid))
  const isNamed = names.size === fine.length && !fine.some(({ kid }) => typeof kid !== 'string')
  return fine.length <= 1 || isNamed ? fine.map(withoutCertificate).slice(0, 20) : []
}

/** A key with a certificate would stand for that one alone. */
const withoutCertificate = ({ x5c: _certificate, ...key }: JsonObject): JsonObject => key

function isReadable(key: JsonObject): boolean {
  try {
    return jwkOf(createPublicKey({ key: { ...key } as JsonWebKey, format: 'jwk' })) !== undefined
  } catch {
    return false
  }
}
