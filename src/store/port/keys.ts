import type { EpochSeconds } from '../../base/time.ts'
import type { SigningAlgorithm, StoredKey } from '../../model/key.ts'

export interface Keys {
  list(): Promise<readonly StoredKey[]>
  /** False when the tenant already has a key of this algorithm in this state. */
  insert(key: StoredKey): Promise<boolean>
  /** Active → retiring, pending → active, and the next pending one inserted, as one. False when another came first. */
  rotate(rotation: KeyRotation, now: EpochSeconds): Promise<boolean>
  /** Says when the pending key is due. False when there is no such pending key. */
  schedule(kid: string, activateAt: EpochSeconds): Promise<boolean>
  /** Active keys that end before `least` are to verify until `verifyUntil`. */
  cover(least: EpochSeconds, verifyUntil: EpochSeconds): Promise<void>
  /** Retiring keys past `verifyUntil` leave the JWKS. */
  retire(now: EpochSeconds): Promise<number>
}

export interface KeyRotation {
  readonly algorithm: SigningAlgorithm
  readonly from: string
  readonly to: string
  readonly next: StoredKey
  /** Until when tokens signed by the old key may live. */
  readonly verifyUntil: EpochSeconds
}
