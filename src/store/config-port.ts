import type { JsonObject } from '../base/json.ts'
import type { EpochSeconds } from '../base/time.ts'
import type { SealedValue } from './port/sealed.ts'

/** What `deploy` and `cli` ask of the database: the applied configuration and how to change it. */
export interface ConfigStore {
  meta(): Promise<ConfigMeta>
  /** Head, live objects and secrets as of one instant. Empty on a database that was never migrated. */
  live(): Promise<LiveState>
  /** What changed after a revision, as of one instant: far less to read than everything. */
  changedSince(revision: number): Promise<LiveChanges>
  /** Newest first. */
  revisions(limit: number): Promise<readonly Revision[]>
  /** The newest one that came from documents. */
  lastApplied(): Promise<Revision | undefined>
  /** Newest first; hexadecimal digits that the commit begins with. */
  revisionsOf(commit: string): Promise<readonly Revision[]>
  revision(id: number): Promise<Revision | undefined>
  /** What the owner wanted at that revision, packed; undefined where it was not kept. */
  source(revision: number): Promise<Buffer | undefined>
  /** What the owner wanted last. */
  lastSource(owner: string): Promise<KeptSource | undefined>
  /** Newest first; of one object where an address is given. */
  audit(filter: AuditFilter): Promise<readonly AuditEntry[]>
  /** Oldest first, those that follow: for whoever checks the chain. */
  auditAfter(seq: number, limit: number): Promise<readonly AuditEntry[]>
  /** How often each of these was used to answer an application since then. */
  redirectUses(uses: RedirectUse, since: EpochSeconds): Promise<RedirectUses>
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
  readonly meta: ConfigMeta
  /** What the newest revision asks of those who read it. */
  readonly minReader?: string | undefined
  readonly revision: number
  /** What the first apply stamped; another environment is refused. */
  readonly environment: { readonly name: string; readonly kind: 'dev' | 'production' } | undefined
  readonly objects: readonly ConfigObject[]
  /** Deleted and not collected yet, oldest first. */
  readonly tombstones: readonly Tombstone[]
  /** Those of tombstones too. */
  readonly secrets: readonly StoredSecret[]
  readonly overrides: readonly Override[]
}

export interface LiveChanges {
  readonly revision: number
  /** Those that were made or changed. */
  readonly objects: readonly ConfigObject[]
  /** All secrets of these objects. */
  readonly secrets: readonly StoredSecret[]
  /** The uids of those that are gone. */
  readonly deleted: readonly string[]
  /** How many objects are live now, whether they changed or not. */
  readonly count: number
  /** All that are in force. */
  readonly overrides: readonly Override[]
}

export interface ConfigObject {
  readonly uid: string
  readonly kind: string
  /** Empty for objects above tenants. */
  readonly tenant: string
  readonly name: string
  /** `git:<project>`; empty when nobody owns it. */
  readonly owner: string
  readonly spec: JsonObject
  /** Of what `spec` is now, whoever wrote it. */
  readonly specHash: string
  /** Of what the owner wrote last. */
  readonly appliedHash: string
  /** Present where it is no longer what `spec` is. */
  readonly applied?: JsonObject
  /** Not deleted before `protect: false` is applied. */
  readonly isProtected: boolean
  readonly reconcile: 'full' | 'createOnly' | 'observe'
  readonly originFile: string
  readonly originLine: number
  readonly revision: number
}

export interface Tombstone {
  readonly object: ConfigObject
  readonly deletedAt: EpochSeconds
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
  /** Present where a command issued it: the documents know nothing of it. */
  readonly issuedAt?: EpochSeconds
  /** When it ends because another one was issued. */
  readonly endsAt?: EpochSeconds
}

/** What an operator put over what is applied, until it ends. */
export interface Override {
  readonly uid: string
  /** As changes of fields name them; `redirectUris[https://…]` is one element of a list. */
  readonly path: string
  /** In normal form; null takes the element away. */
  readonly value: JsonObject[string]
  /** It may allow more than what is applied does. All others never do. */
  readonly isRelaxing: boolean
  readonly expiresAt: EpochSeconds
  readonly reason: string
  readonly actor: string
  readonly createdAt: EpochSeconds
}

export interface Revision {
  readonly id: number
  readonly owner: string
  readonly parent: number | undefined
  readonly kind: 'apply' | 'rollback' | 'override' | 'ownership' | 'secrets'
  readonly desiredDigest: string
  /** Of what was live once it was applied. */
  readonly liveDigest: string | undefined
  /** The format of objects that a server must be able to read before it loads it. */
  readonly minReader: string | undefined
  readonly toolVersion: string
  readonly gitCommit: string | undefined
  readonly gitRef: string | undefined
  readonly gitDirty: boolean
  /** Without credentials. */
  readonly repoUrl: string | undefined
  readonly ciUrl: string | undefined
  readonly actor: string
  readonly reason: string | undefined
  readonly planFingerprint: string | undefined
  /** Counts per kind of change, and the addresses. Free of secrets. */
  readonly summary: JsonObject
  readonly createdAt: EpochSeconds
}

export interface KeptSource {
  readonly revision: number
  readonly packed: Buffer
}

export type NewRevision = Omit<Revision, 'id' | 'parent'> & { readonly source: Buffer | undefined }

export interface AuditEntry {
  readonly seq: number
  readonly revision: number | undefined
  readonly at: EpochSeconds
  readonly actor: string
  readonly action: string
  readonly address: string
  readonly objectUid: string | undefined
  readonly details: JsonObject
  /** The hash of the entry before it. */
  readonly previous: string
  readonly hash: string
}

export type NewAuditEntry = Omit<AuditEntry, 'seq' | 'previous' | 'hash'>

export interface AuditFilter {
  readonly address?: string
  readonly since?: EpochSeconds
  /** Both included. */
  readonly revisions?: { readonly from: number; readonly to: number }
  readonly limit: number
}

export interface RedirectUse {
  readonly tenantUid: string
  readonly applicationUid: string
  readonly redirectUris: readonly string[]
}

export type RedirectUses = ReadonlyMap<
  string,
  { readonly count: number; readonly lastAt: EpochSeconds }
>

export interface ConfigTransaction {
  live(): Promise<LiveState>
  changedSince(revision: number): Promise<LiveChanges>
  /** All that is sealed under master keys. */
  sealed(): Promise<readonly SealedValue[]>
  /** The keys that sign for live tenants, as they are sealed: servers have the master key of these. */
  signingSeals(): Promise<readonly string[]>
  /** New addresses, by way of temporary ones, so that two may swap theirs. */
  move(moves: readonly Pick<ConfigObject, 'uid' | 'tenant' | 'name'>[]): Promise<void>
  upsert(objects: readonly ConfigObject[]): Promise<void>
  /** Counts them among what the revision changed, so that servers read them again. */
  touch(uids: readonly string[], revision: number): Promise<void>
  /** Marks as deleted; rows, secrets and uid stay. Users among them are disabled. */
  bury(uids: readonly string[], at: { now: EpochSeconds; revision: number }): Promise<void>
  /** Tombstones for ever, with their secrets, keys, people and consents. */
  forget(uids: readonly string[]): Promise<void>
  putSecrets(secrets: readonly StoredSecret[]): Promise<void>
  /** All of the object that would last longer end then. */
  endSecrets(ownerUid: string, at: EpochSeconds): Promise<void>
  /** Those that are there end at another time, or never; whatever they are sealed under. */
  expireSecrets(
    secrets: readonly Pick<StoredSecret, 'ownerUid' | 'secretId' | 'expiresAt'>[],
  ): Promise<void>
  dropSecrets(secrets: readonly Pick<StoredSecret, 'ownerUid' | 'secretId'>[]): Promise<void>
  /**
   * Writes the runtime rows of declared users: `sub` is kept once it exists. Answers the first one whose
   * username or e-mail address belongs to somebody else, if any; the caller then gives up.
   */
  putUsers(users: readonly DeclaredUser[], now: EpochSeconds): Promise<DeclaredUser | undefined>
  putOverride(override: Override): Promise<void>
  /** Every path where none is given. Answers how many there were. */
  dropOverrides(uid: string, path?: string): Promise<number>
  stampEnvironment(environment: LiveState['environment']): Promise<void>
  /** Chained to what is there, in this order. */
  record(entries: readonly NewAuditEntry[]): Promise<void>
  /** Inserts the revision, moves the head to it and tells the servers. Answers its id. */
  commitRevision(revision: NewRevision): Promise<number>
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
