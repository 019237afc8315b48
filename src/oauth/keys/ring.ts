import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { digest, hmac } from '../../base/digest.ts'
import { type SealingKey, sealedUnder, unseal } from '../../base/seal.ts'
import type { KeyEncryption } from '../../model/encryption.ts'
import {
  isForSigning,
  type KeyState,
  type SigningAlgorithm,
  type StoredKey,
} from '../../model/key.ts'
import { type EncodedHeaders, encodedHeaders } from './header.ts'
import { keptReference, NoSignerError, type Signer, type Vault } from './vault.ts'

/** A tenant's keys, unsealed once per generation. Immutable. */
export interface KeyRing {
  /** The active key of an algorithm. Its absence is a fault of ours, not of the request. */
  signer(algorithm: SigningAlgorithm): SigningKey
  /** Published or lately retired, never compromised. */
  verifier(kid: string): VerifyingKey | undefined
  /** What opens what others encrypted so, for the key of this name or for any. */
  openers(algorithm: KeyEncryption, kid: string | undefined): readonly KeyObject[]
  readonly jwks: PublishedKeys
  /** Hides what is short enough to be tried out. Of the master key, so a copy of the database does not hold it. */
  readonly pepper: string
  /** Of the master keys before this one: what was hidden with them is not lost at once. */
  readonly olderPeppers: readonly string[]
  /** `undefined` for what was sealed under another master key, or for another purpose. */
  unseal(sealed: string, purpose: string): string | undefined
}

export interface SigningKey {
  readonly kid: string
  readonly algorithm: SigningAlgorithm
  /** The private key itself, or who signs with it. */
  readonly signsBy: KeyObject | Signer
  readonly headers: EncodedHeaders
}

export interface VerifyingKey {
  readonly kid: string
  readonly algorithm: SigningAlgorithm
  readonly publicKey: KeyObject
}

/** The JWKS as it goes on the wire, serialised once. */
export interface PublishedKeys {
  readonly body: string
  readonly etag: string
}

/** A stored key was sealed under a master key that is not the one given. */
export class MasterKeyError extends Error {
  override readonly name = 'MasterKeyError'
  /** The id of the master key that is needed. */
  readonly kid: string
  readonly needed: string
  readonly given: string

  constructor(kid: string, needed: string, given: string) {
    super(`key ${kid} is sealed under master key ${needed}, not under ${given}`)
    this.kid = kid
    this.needed = needed
    this.given = given
  }
}

/** In the order of the JWKS: some verifiers try the first key first. */
const PUBLISHED = [
  { use: 'sig', state: 'active' },
  { use: 'sig', state: 'pending' },
  { use: 'sig', state: 'retiring' },
  { use: 'enc', state: 'active' },
] as const

/** Others go on encrypting for the former key until they fetch the JWKS, and see the next one early elsewhere. */
const OPENING: readonly KeyState[] = ['active', 'pending', 'retiring']

/** Throws `MasterKeyError` when the keys cannot be unsealed, `NoSignerError` when a signer keeps them. */
export function keyRing(
  stored: readonly StoredKey[],
  tenantUid: string,
  masterKey: SealingKey,
  vault?: Vault,
): KeyRing {
  const signing = stored.filter(isSigning)
  const signers = new Map(
    signing
      .filter(({ state }) => state === 'active')
      .map((key) => [
        key.algorithm,
        signingKey(key, keptBy(key, vault) ?? unsealed(key, tenantUid, masterKey)),
      ]),
  )
  const verifiers = new Map(
    signing
      .filter(({ state }) => state !== 'compromised')
      .map((key) => [key.kid, verifyingKey(key)]),
  )
  const opening = stored
    .filter(({ use, state }) => use === 'enc' && OPENING.includes(state))
    .map((key) => ({ ...key, privateKey: unsealed(key, tenantUid, masterKey) }))
  return {
    signer(algorithm) {
      const key = signers.get(algorithm)
      if (key === undefined) throw new Error(`there is no active ${algorithm} key`)
      return key
    },
    verifier: (kid) => verifiers.get(kid),
    openers: (algorithm, kid) =>
      opening
        .filter((key) => key.algorithm === algorithm && (kid === undefined || key.kid === kid))
        .map(({ privateKey }) => privateKey),
    jwks: publishedKeys(stored),
    pepper: pepperOf(masterKey, tenantUid),
    olderPeppers: (masterKey.older ?? []).map((key) => pepperOf(key, tenantUid)),
    unseal: (sealed, purpose) => unseal(sealed, masterKey, purpose),
  }
}

const pepperOf = ({ bytes }: SealingKey, tenantUid: string): string =>
  hmac(bytes, `tokenidp pepper ${tenantUid}`)

type StoredSigningKey = StoredKey & { readonly algorithm: SigningAlgorithm }

const isSigning = (key: StoredKey): key is StoredSigningKey => isForSigning(key.algorithm)

/** What a private key is sealed for: it opens for no other tenant and no other key. */
export const sealContext = (tenantUid: string, kid: string): string => `${tenantUid} ${kid}`

const signingKey = (
  { kid, algorithm }: StoredSigningKey,
  signsBy: KeyObject | Signer,
): SigningKey => ({
  kid,
  algorithm,
  signsBy,
  headers: encodedHeaders(algorithm, kid),
})

function keptBy(
  { kid, algorithm, sealedPrivate }: StoredSigningKey,
  vault: Vault | undefined,
): Signer | undefined {
  const reference = keptReference(sealedPrivate)
  if (reference === undefined) return undefined
  if (vault === undefined) throw new NoSignerError(kid)
  return vault.signer(reference, algorithm)
}

function unsealed(
  { kid, sealedPrivate }: StoredKey,
  tenantUid: string,
  masterKey: SealingKey,
): KeyObject {
  const jwk = unseal(sealedPrivate, masterKey, sealContext(tenantUid, kid))
  if (jwk === undefined) throw new MasterKeyError(kid, sealedUnder(sealedPrivate), masterKey.id)
  return createPrivateKey({ key: JSON.parse(jwk) as JsonWebKey, format: 'jwk' })
}

const verifyingKey = ({ kid, algorithm, publicJwk }: StoredSigningKey): VerifyingKey => ({
  kid,
  algorithm,
  publicKey: createPublicKey({ key: publicJwk as JsonWebKey, format: 'jwk' }),
})

export function publishedKeys(stored: readonly StoredKey[]): PublishedKeys {
  const keys = PUBLISHED.flatMap(({ use, state }) =>
    stored.filter((key) => key.use === use && key.state === state),
  ).map(({ publicJwk, kid, algorithm, use }) => ({ ...publicJwk, kid, alg: algorithm, use }))
  const body = JSON.stringify({ keys })
  return { body, etag: `"${digest(body)}"` }
}
