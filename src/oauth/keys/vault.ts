import { createPublicKey, type JsonWebKey } from 'node:crypto'
import type { Jwk } from '../../model/jwk.ts'
import type { SigningAlgorithm } from '../../model/key.ts'

/** Signs with one private key, wherever that is. Of ES256 the signature is r ‖ s (RFC 7518 §3.4). */
export interface Signer {
  sign(data: Buffer): Promise<Buffer>
}

/** Makes private keys and never gives them out: an HSM, a KMS, a process of its own. */
export interface Vault {
  make(algorithm: SigningAlgorithm, rsaBits: number): Promise<MadeKey>
  signer(reference: string, algorithm: SigningAlgorithm): Signer
}

interface MadeKey {
  readonly publicJwk: Jwk
  /** By which the vault knows it again. Free of secrets. */
  readonly reference: string
}

/** Who holds the key does not sign: passing, as far as the request is concerned. */
export class SignerError extends Error {
  override readonly name = 'SignerError'
}

/** A stored key is kept by a signer, and none is known here. */
export class NoSignerError extends Error {
  override readonly name = 'NoSignerError'

  constructor(kid: string) {
    super(`key ${kid} is kept by a signer, and there is none here`)
  }
}

const KEPT = 'kept.'

/** What is stored where there is no private key to seal. */
export const keptUnder = (reference: string): string =>
  `${KEPT}${Buffer.from(reference).toString('base64url')}`

/** `undefined` for what is sealed. */
export const keptReference = (stored: string): string | undefined =>
  stored.startsWith(KEPT)
    ? Buffer.from(stored.slice(KEPT.length), 'base64url').toString()
    : undefined

const KINDS: Readonly<Record<SigningAlgorithm, JsonWebKey>> = {
  ES256: { kty: 'EC', crv: 'P-256' },
  RS256: { kty: 'RSA' },
  PS256: { kty: 'RSA' },
  EdDSA: { kty: 'OKP', crv: 'Ed25519' },
}

/** The public half of a key that a vault made, and nothing else that it may have said. */
export function publicHalf(jwk: Jwk, algorithm: SigningAlgorithm, rsaBits: number): Jwk {
  const wanted = KINDS[algorithm]
  const key = publicKeyOf(jwk)
  const found = key?.export({ format: 'jwk' }) as JsonWebKey | undefined
  const isStrong =
    wanted.kty !== 'RSA' || (key?.asymmetricKeyDetails?.modulusLength ?? 0) >= rsaBits
  if (found === undefined || found.kty !== wanted.kty || found.crv !== wanted.crv || !isStrong)
    throw new SignerError(`the signer was asked for an ${algorithm} key and made something else`)
  return { ...found } as Jwk
}

function publicKeyOf(jwk: Jwk) {
  try {
    return createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })
  } catch {
    return undefined
  }
}
