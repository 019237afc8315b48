import type { JsonObject } from '../base/json.ts'
import type { EpochSeconds } from '../base/time.ts'

/** What `deploy` and `cli` ask of the database: the applied configuration and how to change it. */
export interface ConfigStore {
  meta(): Promise<ConfigMeta>
  /** Head, live objects and secrets as of one instant. Empty on a database that was never migrated. */
  live(): Promise<LiveState>
  revisions(limit: number): Promise<readonly Revision[]>
  /**
   * One transaction, alone: PostgreSQL takes an advisory lock, SQLite begins immediately. `work` must
   * wait for nothing but `tx`. What it throws rolls everything back.
   */
  transaction<T>(lockTimeoutMs: number, work: (tx: ConfigTransaction) => Promise<T>): Promise<T>
}

export interface ConfigMeta {
  readonly clusterId: string
  /** Keys the secret fingerprints of this database. */
  readonly pepper: string
  readonly schemaVersion: number
}

export interface LiveState {
  readonly revision: number
  /** What the first apply stamped; another environment is refused. */
  readonly environment: { readonly name: string; readonly kind: 'dev' | 'production' } | undefined
  readonly objects: readonly ConfigObject[]
  readonly secrets: readonly StoredSecret[]
}

export interface ConfigObject {
  readonly uid: string
  readonly kind: string
  /** Empty for objects above tenants. */
  readonly tenant: string
  readonly name: string
  readonly owner: string
  readonly spec: JsonObject
  readonly specHash: string
  /** Not deleted before `protect: false` is applied. */
  readonly isProtected: boolean
  readonly originFile: string
  readonly originLine: number
  readonly revision: number
}

/** A verifier of a secret that an object declares: a client secret or a user's password. */
export interface StoredSecret {
  readonly ownerUid: string
  readonly secretId: string
  /** SHA-256 for a client secret, a password hash for a user. */
  readonly verifier: string
  /** HMAC of the value under the database's pepper, compared to see whether it changed. */
  readonly fingerprint: string
  readonly expiresAt: EpochSeconds | undefined
}

export interface Revision {
  readonly id: number
  readonly owner: string
  readonly parent: number | undefined
  readonly kind: 'apply' | 'rollback' | 'override'
  readonly desiredDigest: string
  readonly toolVersion: string
  readonly gitCommit: string | undefined
  readonly gitRef: string | undefined
  readonly gitDirty: boolean
  readonly actor: string
  readonly reason: string | undefined
  /** Counts per kind of change, and the addresses. Free of secrets. */
  readonly summary: JsonObject
  readonly createdAt: EpochSeconds
}

export interface ConfigTransaction {
  live(): Promise<LiveState>
  /** Tombstoned objects too, so that a revived one keeps its uid. */
  buried(): Promise<readonly ConfigObject[]>
  upsert(objects: readonly ConfigObject[]): Promise<void>
  /** Marks as deleted; rows, secrets and uid stay. Users among them are disabled. */
  bury(uids: readonly string[], now: EpochSeconds): Promise<void>
  putSecrets(secrets: readonly StoredSecret[]): Promise<void>
  dropSecrets(secrets: readonly Pick<StoredSecret, 'ownerUid' | 'secretId'>[]): Promise<void>
  /**
   * Writes the runtime rows of declared users: `sub` is kept once it exists. Answers the first one whose
   * username or e-mail address belongs to somebody else, if any; the caller then gives up.
   */
  putUsers(users: readonly DeclaredUser[], now: EpochSeconds): Promise<DeclaredUser | undefined>
  stampEnvironment(environment: LiveState['environment']): Promise<void>
  /** Inserts the revision, moves the head to it and tells the servers. Answers its id. */
  commitRevision(revision: Omit<Revision, 'id' | 'parent'>): Promise<number>
}

export interface DeclaredUser {
  readonly tenantUid: string
  readonly uid: string
  /** Used only when the user is new. */
  readonly sub: string
  readonly username: string
  readonly email: string | undefined
  readonly emailVerified: boolean
  readonly claims: JsonObject
  readonly roles: readonly string[]
  readonly groups: readonly string[]
  /** Undefined leaves the password as it is, null takes it away. */
  readonly passwordHash: string | null | undefined
  /** Likewise. */
  readonly cibaUserCodeHash: string | null | undefined
}
