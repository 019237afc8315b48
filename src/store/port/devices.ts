import type { EpochSeconds, Seconds } from '../../base/time.ts'
import type { Allowed, AuthorizationRecord, NewTokens } from './tokens.ts'

/** A device that waits for a person to approve it elsewhere (RFC 8628). */
export interface NewDevice {
  readonly key: Buffer
  /** HMAC of the code that the person types. */
  readonly userCode: string
  readonly applicationUid: string
  readonly scopes: readonly string[]
  readonly resources: readonly string[]
  /** As seen when it asked, for the person to compare. */
  readonly clientAddress: string
  readonly userAgent: string
  readonly createdAt: EpochSeconds
  readonly expiresAt: EpochSeconds
  /** The least pause between two polls, to begin with. */
  readonly interval: Seconds
}

export interface DeviceRecord extends NewDevice {
  /** The person who opened its page first. */
  readonly openedBy: string | undefined
  readonly deniedAt: EpochSeconds | undefined
  readonly consumedAt: EpochSeconds | undefined
  /** What the person allowed, once they have. */
  readonly authorization: AuthorizationRecord | undefined
}

/** Pending → approved or denied → consumed; each step is one statement and happens once. */
export interface Devices {
  /** False when one that has not expired has the same user code. */
  begin(device: NewDevice): Promise<boolean>
  find(key: Buffer): Promise<DeviceRecord | undefined>
  /** One that nobody decided about yet. */
  findPending(userCode: string, now: EpochSeconds): Promise<DeviceRecord | undefined>
  /** Counts a poll while it is pending. One that comes too soon makes the interval longer by `penalty`. */
  poll(key: Buffer, penalty: Seconds, now: EpochSeconds): Promise<'in-time' | 'too-soon'>
  /** Of any number of people one has it from then on, however often they come. */
  open(userCode: string, userUid: string, now: EpochSeconds): Promise<boolean>
  /** By who opened it. Of any number of decisions one is answered `true`, and only it counts. */
  approve(userCode: string, allowed: Allowed, now: EpochSeconds): Promise<boolean>
  deny(userCode: string, userUid: string, now: EpochSeconds): Promise<boolean>
  /**
   * Uses it up and stores what it bought, as one. Of any number of calls exactly one is `fresh`; one
   * after that is `replayed`, and has ended the authorization.
   */
  redeem(key: Buffer, bought: NewTokens, now: EpochSeconds): Promise<'fresh' | 'replayed'>
}

export interface GuessPolicy {
  readonly most: number
  readonly window: Seconds
}

/** How often codes are tried out, by whom or from where. */
export interface Guesses {
  /** Takes one of the guesses of this window; with none left, answers when there will be. */
  reserve(
    source: string,
    policy: GuessPolicy,
    now: EpochSeconds,
  ): Promise<{ readonly waitUntil: EpochSeconds } | 'allowed'>
  /** Gives one back: it was right. */
  giveBack(source: string): Promise<void>
}
