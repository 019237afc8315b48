import type { EpochSeconds, Seconds } from '../base/time.ts'

export const SIGNING_ALGORITHMS = ['ES256', 'RS256', 'PS256', 'EdDSA'] as const
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number]

export interface KeyPolicy {
  readonly algorithms: readonly SigningAlgorithm[]
  readonly rotateEvery: Seconds
  /** How long a key is published before it signs. */
  readonly publishAhead: Seconds
  /** How long a key stays published after its last signature, beyond the longest lifetime it signed for. */
  readonly keepAfter: Seconds
  readonly rsaBits: number
}

/** pending: published, never signed. active: signs. retiring: published, verifies. retired: not published. */
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
  readonly algorithm: SigningAlgorithm
  readonly use: 'sig'
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
