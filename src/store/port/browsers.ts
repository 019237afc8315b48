import type { JsonObject } from '../../base/json.ts'
import type { EpochSeconds } from '../../base/time.ts'
import type { Session } from '../../model/session.ts'
import type { User } from '../../model/user.ts'
import type { Allowed, NewCode } from './tokens.ts'

/** Somebody signed in to a browser. */
export interface Person {
  readonly session: Session
  readonly user: User
}

export interface SignIn {
  /** The cookie this browser came with, if it is known; the new one takes its place. */
  readonly previousDigest: string | undefined
  readonly digest: string
  /** The uid to use if the browser is new. */
  readonly browserUid: string
  /** Its uid is used if this user has no live session in the browser yet; else the old one is kept. */
  readonly session: Session
  /** Such as "Firefox on Linux", for the person to recognise it by. */
  readonly browserWords?: string | undefined
  /** The interaction that the person signs in for. */
  readonly interactionDigest?: string | undefined
  /** What their password was verified against: nobody is signed in where it is another by now. */
  readonly passwordHash?: string | undefined
}

/** A session as its person and operators see it. */
export interface SessionRecord extends Session {
  readonly username: string
  readonly usedAt: EpochSeconds
  readonly browserWords: string | undefined
  /** The uids of the applications it was used at. */
  readonly applicationUids: readonly string[]
}

export interface SessionPage {
  /** Of one person; of all otherwise. */
  readonly userUid?: string | undefined
  /** This one alone. */
  readonly uid?: string | undefined
  /** Those that began before this one. */
  readonly before?: string | undefined
  readonly limit: number
}

/** One use of a session at one application. */
export interface Visited {
  readonly sessionUid: string
  readonly applicationUid: string
  readonly sid: string
}

export interface Sessions {
  /** Everybody signed in to the browser with this cookie, the latest authentication first; nobody who is disabled. */
  peopleIn(browserDigest: string, now: EpochSeconds): Promise<readonly Person[]>
  find(uid: string, now: EpochSeconds): Promise<Session | undefined>
  /**
   * Rotates the cookie and begins or renews the session, as one. Answers the session as stored; nothing is stored for
   * who is disabled, or has another password now.
   */
  signIn(signIn: SignIn, now: EpochSeconds): Promise<Session | undefined>
  /** The `sid` of this session at this application: `candidate` the first time, the same ever after. */
  sid(sessionUid: string, applicationUid: string, candidate: string): Promise<string>
  /** Live ones, the newest first. */
  list(page: SessionPage, now: EpochSeconds): Promise<readonly SessionRecord[]>
  /**
   * Ends it and what was issued from it, offline grants excepted. The applications it was used at are
   * told. Answers those; nothing when it had ended before.
   */
  end(uid: string, now: EpochSeconds): Promise<readonly Visited[]>
  /** The same for all of a person, but for `except`. */
  endAllOf(userUid: string, now: EpochSeconds, except?: string): Promise<readonly Visited[]>
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
  /** The session that the person picked among those of their browser; empty for none of them. */
  readonly chosenSessionUid: string | undefined
  /** The pushed request that is answered here; used up when this is completed or refused. */
  readonly pushedKey: Buffer | undefined
  readonly completedAt: EpochSeconds | undefined
}

/** Which interaction, and the pushed request that it has; with another one there is no such interaction. */
export interface InteractionKey {
  readonly digest: string
  readonly pushedKey: Buffer | undefined
}

export interface Interactions {
  begin(interaction: Interaction): Promise<void>
  find(digest: string, now: EpochSeconds): Promise<Interaction | undefined>
  choose(digest: string, sessionUid: string): Promise<void>
  /**
   * Of any number of calls, for this interaction or another one of the same pushed request, one is
   * answered `true`, and only its authorization and code exist.
   */
  complete(
    key: InteractionKey,
    allowed: Allowed,
    code: NewCode,
    now: EpochSeconds,
  ): Promise<boolean>
  /** Ends it without a code (the person said no). Answers like `complete`. */
  refuse(key: InteractionKey, now: EpochSeconds): Promise<boolean>
}

export interface Consent {
  readonly scopes: readonly string[]
  readonly resources: readonly string[]
  /** Asked for by name. */
  readonly claims: readonly string[]
}

export interface Consents {
  find(userUid: string, applicationUid: string): Promise<Consent | undefined>
  /** Adds to what was granted before. */
  grant(userUid: string, applicationUid: string, consent: Consent, now: EpochSeconds): Promise<void>
}
