import type { EpochSeconds, Seconds } from '../../base/time.ts'
import type { NewDelivery } from './deliveries.ts'
import type { Allowed, AuthorizationRecord, NewTokens } from './tokens.ts'

/** What an application asks of a person who is elsewhere (CIBA §7). */
export interface BackchannelRequest {
  /** Names it on pages; the client knows it by its `auth_req_id`, of which `key` is the row key. */
  readonly uid: string
  readonly applicationUid: string
  readonly userUid: string
  readonly scopes: readonly string[]
  readonly resources: readonly string[]
  readonly bindingMessage: string | undefined
  readonly createdAt: EpochSeconds
  readonly expiresAt: EpochSeconds
}

export interface NewBackchannelRequest extends BackchannelRequest {
  readonly key: Buffer
  readonly interval: Seconds
  /** What the ping needs, sealed; present when the client wants one. */
  readonly sealedPing: string | undefined
}

/** How many may wait for an answer at once. */
export interface PendingLimits {
  readonly ofApplication: number
  readonly ofPerson: number
  readonly ofApplicationToPerson: number
}

export interface BackchannelRecord extends BackchannelRequest {
  readonly decidedAt: EpochSeconds | undefined
  /** What the person allowed; undefined once decided: they denied it. */
  readonly authorization: AuthorizationRecord | undefined
  readonly consumedAt: EpochSeconds | undefined
}

export interface PingRecord {
  readonly sealedPing: string
  readonly expiresAt: EpochSeconds
}

/** Who decided, and from where. */
export interface Decision {
  readonly userUid: string
  readonly address: string | undefined
  readonly userAgent: string | undefined
}

export interface BackchannelRequests {
  /** `nobody` when the person does not exist or is disabled. */
  begin(
    request: NewBackchannelRequest,
    limits: PendingLimits,
    /** Told with it, by the outbox. */
    notices?: readonly NewDelivery[],
  ): Promise<'begun' | 'too-many' | 'nobody'>
  find(key: Buffer): Promise<BackchannelRecord | undefined>
  /** Counts one poll of a pending request; one that comes too early adds 5 s to the interval (CIBA §11). */
  poll(key: Buffer, now: EpochSeconds): Promise<'in-time' | 'too-early'>
  /** As long as it waits for an answer. */
  findPending(uid: string, now: EpochSeconds): Promise<BackchannelRequest | undefined>
  /** One more way to it, by a secret of which this is the digest. */
  addLink(uid: string, digest: string, expiresAt: EpochSeconds): Promise<void>
  /**
   * The uid of the request that a link leads to, if it is for one of these people. Of any number of calls
   * one is answered.
   */
  openLink(
    digest: string,
    userUids: readonly string[],
    now: EpochSeconds,
  ): Promise<string | undefined>
  /** Those that wait for this person, the oldest first. */
  pendingFor(userUid: string, now: EpochSeconds): Promise<readonly BackchannelRequest[]>
  /**
   * Answers it, with an authorization or without. Of any number of calls one is answered `true`, and only
   * while the request waits for this very person. A client that wants a ping is told of it by the outbox.
   */
  decide(
    uid: string,
    decision: Decision,
    allowed: Allowed | undefined,
    now: EpochSeconds,
  ): Promise<boolean>
  /** What the ping for an answer needs, until it has been sent. */
  findPing(uid: string): Promise<PingRecord | undefined>
  forgetPing(uid: string): Promise<void>
  /** Uses it up and stores what it bought, as one. Of any number of calls one is answered `true`. */
  redeem(key: Buffer, bought: NewTokens, now: EpochSeconds): Promise<boolean>
}
