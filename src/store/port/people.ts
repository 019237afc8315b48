import type { EpochSeconds } from '../../base/time.ts'
import type { SignInPolicy } from '../../model/tenant.ts'
import type { User } from '../../model/user.ts'
import type { Visited } from './browsers.ts'

export interface Users {
  find(uid: string): Promise<User | undefined>
  /** By what tokens call them. */
  findBySubject(sub: string): Promise<User | undefined>
  /** By username or e-mail, without regard to case. */
  findByLogin(login: string): Promise<User | undefined>
  /** In order of username, from the first one after `after`. */
  list(page: { readonly after?: string; readonly limit: number }): Promise<readonly User[]>
  /** `taken` when username or e-mail belong to another live user of the tenant. */
  create(user: User): Promise<'created' | 'taken'>
  /** Also ends sessions and everything issued. */
  setPassword(uid: string, passwordHash: string, now: EpochSeconds): Promise<void>
  /** Replaces a hash by a stronger one of the same password. False, and nothing is changed, where it is another now. */
  upgradePasswordHash(uid: string, from: string, to: string): Promise<boolean>
  setCibaUserCode(uid: string, hash: string, now: EpochSeconds): Promise<void>
  /** Ends sessions and everything issued. False when there is no such user. */
  disable(uid: string, now: EpochSeconds): Promise<boolean>
  enable(uid: string, now: EpochSeconds): Promise<boolean>
  /** Ends sessions and everything issued, offline grants too; the person may sign in again. */
  revokeAll(uid: string, now: EpochSeconds): Promise<Ended>
}

export interface Ended {
  /** How many sessions ended. */
  readonly sessions: number
  readonly visited: readonly Visited[]
  /** How many grants ended. */
  readonly authorizations: number
}

/** What the applications of a sector call a person (OpenID Connect Core §8.1). */
export interface Subjects {
  /** `candidate` the first time, the same ever after. */
  take(userUid: string, sector: string, candidate: string): Promise<string>
  /** The uid of the user. */
  find(sub: string, sector: string): Promise<string | undefined>
}

/** Failed sign-ins. `source` is empty, or the digest of a browser that signed in to the account before. */
export interface Attempts {
  /**
   * Takes one of the allowed attempts before the password is looked at, so that no number of parallel
   * guesses gets more than `maxFailures` of them. The last one locks for `lockout` seconds.
   */
  reserve(
    userUid: string,
    source: string,
    policy: SignInPolicy,
    now: EpochSeconds,
  ): Promise<'allowed' | 'locked'>
  /** After a success. */
  clear(userUid: string, source: string): Promise<void>
  /** All sources: an operator unlocks the account. */
  clearAll(userUid: string): Promise<void>
  isKnownBrowser(userUid: string, digest: string): Promise<boolean>
  rememberBrowser(userUid: string, digest: string, now: EpochSeconds): Promise<void>
}
