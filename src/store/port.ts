import type { JsonObject } from '../base/json.ts'
import type { EpochSeconds } from '../base/time.ts'
import type { Authorization } from '../model/authorization.ts'
import type { SigningAlgorithm, StoredKey } from '../model/key.ts'
import type { Session } from '../model/session.ts'
import type { SignInPolicy } from '../model/tenant.ts'
import type { User } from '../model/user.ts'
import type { SystemStore } from './system-port.ts'

export { StoreError } from './store-error.ts'

export type { Head, ServerInstance, SystemStore } from './system-port.ts'

/**
 * What the rest of the house may ask of the database. One tenant's rows come through `TenantStore`,
 * which holds the tenant already: there is no way to name another tenant's.
 *
 * A race is decided inside these methods by one conditional statement; their results are closed sets
 * of outcomes. Every `key` is a `rowKey` (time prefix ‖ SHA-256), every `digest` a SHA-256 in base64url.
 */
export interface Store {
  tenant(uid: string): TenantStore
  readonly system: SystemStore
  close(): Promise<void>
}

export interface TenantStore {
  readonly users: Users
  readonly attempts: Attempts
  readonly sessions: Sessions
  readonly interactions: Interactions
  readonly consents: Consents
  readonly authorizations: Authorizations
  readonly codes: Codes
  readonly accessTokens: AccessTokens
  readonly refreshTokens: RefreshTokens
  readonly keys: Keys
}

// People

export interface Users {
  find(uid: string): Promise<User | undefined>
  /** By username or e-mail, without regard to case. */
  findByLogin(login: string): Promise<User | undefined>
  /** In order of username, from the first one after `after`. */
  list(page: { readonly after?: string; readonly limit: number }): Promise<readonly User[]>
  /** `taken` when username or e-mail belong to another live user of the tenant. */
  create(user: User): Promise<'created' | 'taken'>
  /** Also ends sessions and everything issued. */
  setPassword(uid: string, passwordHash: string, now: EpochSeconds): Promise<void>
  /** Replaces a hash by a stronger one of the same password, unless it changed meanwhile. */
  upgradePasswordHash(uid: string, from: string, to: string): Promise<void>
  /** Ends sessions and everything issued. False when there is no such user. */
  disable(uid: string, now: EpochSeconds): Promise<boolean>
  enable(uid: string, now: EpochSeconds): Promise<boolean>
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

// Browsers

export interface Browser {
  readonly uid: string
  /** Live ones, the latest authentication first. */
  readonly sessions: readonly Session[]
}

export interface SignIn {
  /** The cookie this browser came with, if it is known; the new one takes its place. */
  readonly previousDigest: string | undefined
  readonly digest: string
  /** The uid to use if the browser is new. */
  readonly browserUid: string
  /** Its uid is used if this user has no live session in the browser yet; else the old one is kept. */
  readonly session: Session
}

export interface Sessions {
  findBrowser(digest: string, now: EpochSeconds): Promise<Browser | undefined>
  find(uid: string, now: EpochSeconds): Promise<Session | undefined>
  /** Rotates the cookie and begins or renews the session, as one. Answers the session as stored. */
  signIn(signIn: SignIn, now: EpochSeconds): Promise<Session>
  /** The `sid` of this session at this application: `candidate` the first time, the same ever after. */
  sid(sessionUid: string, applicationUid: string, candidate: string): Promise<string>
  touch(uid: string, idleExpiresAt: EpochSeconds): Promise<void>
  /** Ends it and what was issued from it, offline grants excepted. */
  end(uid: string, now: EpochSeconds): Promise<void>
  endAllOf(userUid: string, now: EpochSeconds): Promise<void>
}

/** An authorization request under way in a browser. */
export interface Interaction {
  readonly digest: string
  readonly applicationUid: string
  /** Digest of the cookie that binds it to the browser that began it. */
  readonly browserDigest: string
  /** The validated request. */
  readonly request: JsonObject
  readonly createdAt: EpochSeconds
  readonly expiresAt: EpochSeconds
  /** The session in which the person authenticated for this very request. */
  readonly authenticatedSessionUid: string | undefined
  readonly completedAt: EpochSeconds | undefined
}

export interface Interactions {
  begin(interaction: Interaction): Promise<void>
  find(digest: string, now: EpochSeconds): Promise<Interaction | undefined>
  authenticated(digest: string, sessionUid: string): Promise<void>
  /** Of any number of calls, one is answered `true`, and only its authorization and code exist. */
  complete(
    digest: string,
    authorization: Authorization,
    code: NewCode,
    now: EpochSeconds,
  ): Promise<boolean>
  /** Ends it without a code (the person said no). Answers like `complete`. */
  refuse(digest: string, now: EpochSeconds): Promise<boolean>
}

export interface Consent {
  readonly scopes: readonly string[]
  readonly resources: readonly string[]
}

export interface Consents {
  find(userUid: string, applicationUid: string): Promise<Consent | undefined>
  /** Adds to what was granted before. */
  grant(userUid: string, applicationUid: string, consent: Consent, now: EpochSeconds): Promise<void>
}

// What applications hold

export interface Authorizations {
  /** Saves one and its code without an interaction (single sign-on). */
  create(authorization: Authorization, code: NewCode): Promise<void>
  find(uid: string): Promise<AuthorizationRecord | undefined>
  /** Ends it and everything issued from it. */
  revoke(uid: string, now: EpochSeconds): Promise<void>
}

export interface AuthorizationRecord extends Authorization {
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
  readonly format: 'jwt' | 'opaque'
  readonly issuedAt: EpochSeconds
  readonly expiresAt: EpochSeconds
}

export interface AccessTokenRecord extends NewAccessToken {
  /** False once it, its authorization or its user has ended; expiry is the caller's to compare. */
  readonly isLive: boolean
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
