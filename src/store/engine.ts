import type { EpochSeconds } from '../base/time.ts'
import type { Appended, AppendedRow } from './appended.ts'
import type { Chain } from './chain.ts'
import type { Lookup, Place } from './lookup.ts'
import type { Spelling } from './migrations/spelling.ts'
import type { SystemStore } from './system-port.ts'
import type { Db } from './tables.ts'

export type Job<T> = (db: Db) => Promise<T>

/** What differs between the two databases. Everything that it throws is a `StoreError` or the job's own. */
export interface Engine {
  readonly spelling: Spelling
  read<T>(job: Job<T>): Promise<T>
  lookUp<R extends Place>(lookup: Lookup<R>, place: Place): Promise<R | undefined>
  /** Several reads as of one instant. */
  snapshot<T>(job: Job<T>): Promise<T>
  /** A job of exactly one statement, durable when it answers. */
  statement<T>(job: Job<T>): Promise<T>
  /** A chain, durable when it answers. */
  chain<V extends object, R>(chain: Chain<V, R>, values: V): Promise<R[]>
  /** One more row, durable when it answers. Those that come together are stored together. */
  append(table: Appended, row: AppendedRow): Promise<void>
  /** All of the job or nothing, durable when it answers. It waits for nothing but its statements. */
  transaction<T>(job: Job<T>): Promise<T>
  /** Alone: no other `exclusive` runs meanwhile, in whatever process. */
  exclusive<T>(lockTimeoutMs: number, job: Job<T>): Promise<T>
  /** Undefined where the clock is that of this machine. */
  now(): Promise<EpochSeconds | undefined>
  hasSchema(): Promise<boolean>
  /** Tells servers, when the transaction commits, that there is something new: a revision, or keys. */
  announce(db: Db, what: string): Promise<void>
  onRevision: SystemStore['onRevision']
  close(): Promise<void>
}
