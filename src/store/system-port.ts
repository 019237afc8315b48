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
  readonly state: 'serving' | 'failed'
  readonly lastSeen: EpochSeconds
}

export interface SystemStore {
  /** One cheap statement, made for polling. */
  head(): Promise<Head>
  heartbeat(instance: ServerInstance): Promise<void>
  removeInstance(id: string): Promise<void>
  instances(): Promise<readonly ServerInstance[]>
  /** The uids of the tenants with a delivery that is due. Cheap, made for polling. */
  tenantsWithDue(now: EpochSeconds): Promise<readonly string[]>
  /** Calls back when this process may have stored a delivery. Answers how to stop that. */
  onDelivery(listener: () => void): () => void
  /** Removes deliveries stored before then, at most so many. Answers how many it removed. */
  forgetDeliveries(before: EpochSeconds, limit: number): Promise<number>
}
