import type { KeyObject } from 'node:crypto'
import type { SigningAlgorithm } from '../../model/key.ts'

/** A tenant's keys, unsealed once per generation. Immutable. */
export interface KeyRing {
  /** The active key of an algorithm. Its absence is a fault of ours, not of the request. */
  signer(algorithm: SigningAlgorithm): SigningKey
  /** Published or lately retired, never compromised. */
  verifier(kid: string): VerifyingKey | undefined
  readonly jwks: PublishedKeys
}

export interface SigningKey {
  readonly kid: string
  readonly algorithm: SigningAlgorithm
  readonly privateKey: KeyObject
}

export interface VerifyingKey {
  readonly kid: string
  readonly algorithm: SigningAlgorithm
  readonly publicKey: KeyObject
}

/** The JWKS as it goes on the wire, serialised once. */
export interface PublishedKeys {
  readonly body: Buffer
  readonly etag: string
}
