import type { EpochSeconds } from '../../base/time.ts'
import type { Authorization } from '../../model/authorization.ts'
import type { ClaimsRequest } from '../../model/claims.ts'
import type { User } from '../../model/user.ts'

export interface Authorizations {
  /**
   * Saves one and its code without an interaction (single sign-on), and uses up the pushed request that
   * it answers. False, and nothing is saved, when another has used that up.
   */
  create(allowed: Allowed, code: NewCode, pushedKey?: Buffer): Promise<boolean>
  /** Saves one and what it bought at once, as one. */
  settle(authorization: Authorization, bought: NewTokens): Promise<void>
  find(uid: string): Promise<AuthorizationRecord | undefined>
  /** Ends it and everything issued from it. */
  revoke(uid: string, now: EpochSeconds): Promise<void>
}

/** What a person allows from a browser. Its `sid` counts where the application has none in the session yet. */
export interface Allowed extends Authorization {
  /** The session is used, and lives on without use until then. */
  readonly sessionIdleExpiresAt?: EpochSeconds
}

export interface AuthorizationRecord extends Authorization {
  readonly user: User
  /** False once it, its user, or (unless offline) its session has ended. */
  readonly isLive: boolean
  /** When its session runs out, if it ends with it; the caller's to compare. */
  readonly sessionExpiresAt: EpochSeconds | undefined
}

export interface NewCode {
  readonly key: Buffer
  readonly redirectUri: string
  readonly codeChallenge: string | undefined
  readonly expiresAt: EpochSeconds
}

export interface CodeRecord extends NewCode {
  readonly authorization: AuthorizationRecord
  readonly consumedAt: EpochSeconds | undefined
}

export interface Codes {
  find(key: Buffer): Promise<CodeRecord | undefined>
  /**
   * Uses it up and stores what it bought, as one. Of any number of calls with one key exactly one is
   * `fresh`. A call after that is `replayed`, and has ended the authorization (RFC 6749 §4.1.2).
   */
  redeem(key: Buffer, bought: NewTokens, now: EpochSeconds): Promise<'fresh' | 'replayed'>
  /** Uses it up for nothing: its holder could not prove to be the one who asked. */
  burn(key: Buffer, now: EpochSeconds): Promise<void>
}

export interface NewTokens {
  readonly access: NewAccessToken
  readonly refresh: NewRefreshToken | undefined
}

export interface NewAccessToken {
  readonly key: Buffer
  readonly authorizationUid: string | undefined
  readonly applicationUid: string
  readonly userUid: string | undefined
  readonly subject: string
  readonly scope: string
  /** The issuer, or the identifier of one resource. */
  readonly audience: string
  /** An API token is opaque, too. */
  readonly format: 'jwt' | 'opaque' | 'api-token'
  readonly issuedAt: EpochSeconds
  readonly expiresAt: EpochSeconds
}

export interface AccessTokenRecord extends NewAccessToken {
  /** False once it, its authorization or its user has ended; expiry is the caller's to compare. */
  readonly isLive: boolean
  /** The claims that its authorization names. */
  readonly claims: ClaimsRequest
}

export interface AccessTokens {
  issue(token: NewAccessToken): Promise<void>
  find(key: Buffer): Promise<AccessTokenRecord | undefined>
  revoke(key: Buffer, now: EpochSeconds): Promise<void>
}

export interface NewRefreshToken {
  readonly key: Buffer
  readonly authorizationUid: string
  readonly applicationUid: string
  readonly issuedAt: EpochSeconds
  /** The end of the family: the same for every successor. */
  readonly expiresAt: EpochSeconds
  readonly idleExpiresAt: EpochSeconds
}

export interface RefreshTokenRecord extends NewRefreshToken {
  readonly authorization: AuthorizationRecord
  readonly consumedAt: EpochSeconds | undefined
  /** The successor's response, sealed under this token's plaintext, while the grace lasts. */
  readonly sealedResponse: string | undefined
  readonly graceUntil: EpochSeconds | undefined
}

export interface Rotation {
  readonly bought: NewTokens & { readonly refresh: NewRefreshToken }
  readonly sealedResponse: string | undefined
  readonly graceUntil: EpochSeconds
}

export type RotationOutcome =
  | { readonly outcome: 'fresh' }
  /** Another use came first and the grace lasts: answer with this. */
  | { readonly outcome: 'repeated'; readonly sealedResponse: string }
  /** The authorization has been ended. */
  | { readonly outcome: 'reused' }

export interface RefreshTokens {
  find(key: Buffer): Promise<RefreshTokenRecord | undefined>
  /**
   * Uses it up, stores successor and access token, and wipes the sealed response of its own parent, as
   * one. Of any number of calls with one key exactly one is `fresh`.
   */
  rotate(key: Buffer, rotation: Rotation, now: EpochSeconds): Promise<RotationOutcome>
  /** A use without rotation: stores the access token and moves the idle limit. False when it was used up. */
  use(key: Buffer, access: NewAccessToken, idleExpiresAt: EpochSeconds): Promise<boolean>
  /** Wipes the sealed responses whose grace is over. */
  forgetResponses(now: EpochSeconds): Promise<void>
}
