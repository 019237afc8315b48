import type { EpochSeconds } from '../base/time.ts'

export interface Head {
  readonly revision: number
  /** Grows with every change of keys; a server that sees it grow reads the keys again. */
  readonly generation: number
}

export interface ServerInstance {
  readonly id: string
  readonly host: string
  readonly version: string
  readonly activeRevision: number
  /** The newest one that it knows of: another than the active one while that cannot be loaded. */
  readonly targetRevision: number
  readonly state: 'serving' | 'failed'
  /** Why it failed. */
  readonly error: string | undefined
  readonly lastSeen: EpochSeconds
}

export interface RevisionListener {
  /** There may be a new revision, or new keys: the head row says. */
  heard(): void
  /** Whether anything is heard, each time that this changes; why not, where it is not. */
  hearing(trouble: string | undefined): void
}

export interface SystemStore {
  /** What the database's clock says, the same for all of its servers. Undefined where it is that of this machine. */
  now(): Promise<EpochSeconds | undefined>
  /** One cheap statement, made for polling. */
  head(): Promise<Head>
  /** Only a hint that spares waiting for the next look, and never given on SQLite. Answers how to stop that. */
  onRevision(listener: RevisionListener): () => void
  heartbeat(instance: ServerInstance): Promise<void>
  removeInstance(id: string): Promise<void>
  instances(): Promise<readonly ServerInstance[]>
  /** Removes the rows of servers that were not seen since then. */
  forgetInstances(before: EpochSeconds): Promise<void>
  /** The uids of the tenants with a delivery that is due. Cheap, made for polling. */
  tenantsWithDue(now: EpochSeconds): Promise<readonly string[]>
  /** Calls back when this process may have stored a delivery. Answers how to stop that. */
  onDelivery(listener: () => void): () => void
}
