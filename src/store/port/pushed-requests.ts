import type { EpochSeconds } from '../../base/time.ts'

/** An authorization request that an application left here (RFC 9126). */
export interface NewPushedRequest {
  readonly key: Buffer
  readonly applicationUid: string
  /** As a query, without what authenticated the client. */
  readonly params: string
  /** They were in an object that the application signed. */
  readonly isSigned: boolean
  readonly createdAt: EpochSeconds
  readonly expiresAt: EpochSeconds
}

export interface PushedRequest extends NewPushedRequest {
  /** When an authorization that it asked for was completed. */
  readonly consumedAt: EpochSeconds | undefined
}

/** It is used up where an authorization is completed: see `Interactions` and `Authorizations`. */
export interface PushedRequests {
  push(request: NewPushedRequest): Promise<void>
  /** Also when it has expired or has been used up; the caller's to compare. */
  find(key: Buffer): Promise<PushedRequest | undefined>
}
