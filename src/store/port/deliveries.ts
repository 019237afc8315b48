import type { EpochSeconds } from '../../base/time.ts'
import type { Delivery, DeliveryState } from '../../model/delivery.ts'

export type NewDelivery = Pick<Delivery, 'id' | 'kind' | 'applicationUid' | 'payload'>

export interface Claim {
  readonly limit: number
  /** At most so many for one application, so that one that is slow leaves room for others. */
  readonly perApplication: number
  /** Applications that are being told something already. */
  readonly besides: readonly string[]
  /** A server that has not settled one by then is taken for dead, and it is due again. */
  readonly leaseUntil: EpochSeconds
}

export type Settlement =
  | { readonly as: 'delivered' }
  | { readonly as: 'failed'; readonly error: string }
  | { readonly as: 'again'; readonly error: string; readonly at: EpochSeconds }
  /** Nobody wants to be told: it leaves no trace. */
  | { readonly as: 'unwanted' }

/** What applications have to be told. A row commits with its cause, and a server sends it afterwards. */
export interface Deliveries {
  /** Due at once. One with an id that is there already is not stored again. */
  enqueue(deliveries: readonly NewDelivery[], now: EpochSeconds): Promise<void>
  /** Takes on what is due, the longest due first. Of any number of servers one gets each. */
  claim(claim: Claim, now: EpochSeconds): Promise<readonly Delivery[]>
  /** False when the lease had run out and somebody else took it on. */
  settle(claimed: Delivery, settlement: Settlement, now: EpochSeconds): Promise<boolean>
  /** The newest first. */
  list(page: {
    readonly states: readonly DeliveryState[]
    readonly limit: number
  }): Promise<readonly Delivery[]>
}
