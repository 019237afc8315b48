import type { EpochSeconds } from '../../base/time.ts'
import type { KeyAlgorithm, KeyState, StoredKey } from '../../model/key.ts'

export interface Keys {
  list(): Promise<readonly StoredKey[]>
  /** False when its place in line is taken, or when it is to sign and another key of its algorithm does. */
  insert(key: StoredKey, by: KeyActor): Promise<boolean>
  /** The same for a key that was made elsewhere, so that somebody may have it already. */
  adopt(key: StoredKey, by: KeyActor): Promise<Adoption>
  /**
   * All of it or nothing. False when a key was not where it was thought to be, or when another signs: look
   * again. A new key that waits is left out when another took its place in line.
   */
  transition(transition: KeyTransition, by: KeyActor): Promise<boolean>
  /** Says when the pending key is due. False when there is no such pending key. */
  schedule(kid: string, activateAt: EpochSeconds, by: KeyActor): Promise<boolean>
  /** Active keys of these algorithms that end before `least` are to verify until `verifyUntil`. */
  cover(
    algorithms: readonly KeyAlgorithm[],
    least: EpochSeconds,
    verifyUntil: EpochSeconds,
  ): Promise<void>
  /** Ends grants, at most as many as asked, because of this key. Answers how many. */
  endIssued(issued: IssuedUnder, kid: string, by: KeyActor): Promise<number>
  /** Access tokens that are JWTs and good now, counted up to a limit. */
  countAlive(issued: IssuedFor, now: EpochSeconds): Promise<number>
}

/** Access tokens for these parties, issued in this time. */
export interface IssuedFor {
  readonly from: EpochSeconds
  readonly until: EpochSeconds
  readonly audiences: readonly string[]
  readonly limit: number
}

/** Grants of which something was signed in this time, for these parties. */
export interface IssuedUnder {
  readonly from: EpochSeconds
  readonly until: EpochSeconds
  /** ID tokens for applications, by uid; or access tokens that are JWTs. */
  readonly to:
    | { readonly applications: readonly string[] }
    | { readonly audiences: readonly string[] }
  readonly limit: number
}

export type Adoption =
  | { readonly outcome: 'adopted' }
  /** This tenant has it, or had it. */
  | { readonly outcome: 'known'; readonly state: KeyState }
  /** Another tenant has it, or had it. */
  | { readonly outcome: 'elsewhere' }
  /** Its place in line is taken. */
  | { readonly outcome: 'misplaced' }

/** Who changes keys and why, as the audit log keeps it. */
export interface KeyActor {
  /** The name of the tenant whose keys these are. */
  readonly tenantName: string
  readonly actor: string
  readonly reason: string
  readonly at: EpochSeconds
}

export interface KeyTransition {
  /** In this order: a key stops signing before another of its algorithm begins. */
  readonly moves: readonly KeyMove[]
  readonly added: readonly StoredKey[]
}

/** One conditional statement. From `retiring` to `retired` only what is no longer to be verified goes. */
export interface KeyMove {
  readonly kid: string
  readonly from: KeyState
  readonly to: KeyState
  /** Never earlier than it was. */
  readonly verifyUntil?: EpochSeconds
}
