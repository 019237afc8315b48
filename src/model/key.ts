import type { EpochSeconds, Seconds } from '../base/time.ts'
import type { KeyEncryption } from './encryption.ts'

export const SIGNING_ALGORITHMS = ['ES256', 'RS256', 'PS256', 'EdDSA'] as const
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number]

/** What a key is for: one key, one algorithm. */
export type KeyAlgorithm = SigningAlgorithm | KeyEncryption

export const isForSigning = (algorithm: KeyAlgorithm): algorithm is SigningAlgorithm =>
  SIGNING_ALGORITHMS.some((each) => each === algorithm)

export interface KeyPolicy {
  readonly algorithms: readonly SigningAlgorithm[]
  /** What others may encrypt for us with. */
  readonly encryption: readonly KeyEncryption[]
  readonly rotateEvery: Seconds
  /** How long a key is published before it signs. */
  readonly publishAhead: Seconds
  /** How long a key stays published after its last signature, beyond the longest lifetime it signed for. */
  readonly keepAfter: Seconds
  readonly rsaBits: number
}

/** There is a line of keys for each. */
export const linesOf = ({ algorithms, encryption }: KeyPolicy): readonly KeyAlgorithm[] => [
  ...algorithms,
  ...encryption,
]

/**
 * pending: published, never signed. active: signs. retiring: published, verifies. retired: not published.
 * Keys for encryption are used by others, who take what is published: only the active one is, and those
 * that wait or are retiring open, too (OpenID Connect Core §10.2.1).
 */
export type KeyState = 'pending' | 'active' | 'retiring' | 'retired' | 'compromised'

/** What may become of a key. Nothing leads back. */
export const KEY_MOVES: Readonly<Record<KeyState, readonly KeyState[]>> = {
  pending: ['active', 'retired', 'compromised'],
  active: ['retiring', 'compromised'],
  retiring: ['retired', 'compromised'],
  retired: ['compromised'],
  compromised: [],
}

export interface StoredKey {
  /** RFC 7638 thumbprint. */
  readonly kid: string
  readonly algorithm: KeyAlgorithm
  readonly use: 'sig' | 'enc'
  /** Its place in line among the tenant's keys of this algorithm: the next one signs next. */
  readonly ordinal: number
  readonly state: KeyState
  readonly publicJwk: Readonly<Record<string, unknown>>
  /** The private JWK, sealed under the master key with tenant and kid as context. */
  readonly sealedPrivate: string
  readonly createdAt: EpochSeconds
  /** When a pending key is due to become active, if somebody asked. */
  readonly activateAt: EpochSeconds | undefined
  readonly activatedAt: EpochSeconds | undefined
  readonly retiredAt: EpochSeconds | undefined
  /** Only grows: until then something it signed may still have to be verified. */
  readonly verifyUntil: EpochSeconds
}
