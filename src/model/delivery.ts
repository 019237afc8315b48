import type { JsonObject } from '../base/json.ts'
import type { EpochSeconds } from '../base/time.ts'

/** pending: to be sent, or to be tried again. failed: given up, or refused by the receiver for good. */
export const DELIVERY_STATES = ['pending', 'delivered', 'failed'] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]

/** The kind that tells an application that a person has answered it. */
export const CIBA_PING = 'ciba-ping'
/** The kind that tells a tenant's webhook that something waits for a person. */
export const CIBA_NOTICE = 'ciba-notice'

export interface CibaPayload extends JsonObject {
  /** The uid of the request. */
  readonly request: string
}

/** Something an application has to be told. */
export interface Delivery {
  readonly id: string
  /** Names its handler. */
  readonly kind: string
  readonly applicationUid: string
  /** What the handler makes the message from. Never a message that is signed or holds a secret. */
  readonly payload: JsonObject
  readonly state: DeliveryState
  /** How often a server has taken it on, the attempt under way included. */
  readonly attempts: number
  readonly createdAt: EpochSeconds
  /** While pending: when it is due, or when the attempt under way counts as lost. */
  readonly nextAttemptAt: EpochSeconds
  readonly finishedAt: EpochSeconds | undefined
  /** In our words; nothing of what the receiver answered. */
  readonly lastError: string | undefined
}

/** The kind that tells an application of the end of a session it was used in. */
export const BACKCHANNEL_LOGOUT = 'backchannel-logout'

export interface LogoutPayload extends JsonObject {
  readonly sid: string
  readonly userUid: string
}
