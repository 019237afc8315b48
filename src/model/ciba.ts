import type { Seconds } from '../base/time.ts'

/** What may say who is meant (CIBA §7.1). A `login_hint_token` has no form that all would understand. */
export const CIBA_HINTS = ['login_hint', 'id_token_hint'] as const
export type CibaHint = (typeof CIBA_HINTS)[number]

/** How the client learns of the answer (CIBA §5). */
export const DELIVERY_MODES = ['poll', 'ping'] as const

export const USER_CODES = ['none', 'required'] as const

/** How an application may ask people who are not in its browser. */
export interface CibaPolicy {
  readonly hints: ReadonlySet<CibaHint>
  /** How long a person has to answer. */
  readonly lifetime: Seconds
  /** The shortest pause between two polls. */
  readonly interval: Seconds
  /** Where a ping goes, for a client that wants to be told; the others only poll. */
  readonly notificationEndpoint: string | undefined
  /** How many of its requests may wait at once. */
  readonly maxPending: number
  /** Whether its requests have to be signed. */
  readonly isSignatureRequired: boolean
  /** Whether the person has to tell it a code before they are asked (`backchannel_user_code_parameter`). */
  readonly isUserCodeRequired: boolean
}

/** How people of a tenant hear that something waits for them, besides their page. */
export interface CibaNotices {
  /** To the log of the server. link: with a link that opens the request; in `kind: dev` only. */
  readonly log: 'nothing' | 'notice' | 'link'
  /** Where a signed notice with a link is sent. */
  readonly webhook: string | undefined
  /** Whether whoever knows an `auth_req_id` may answer it. For conformance tests, in `kind: dev` only. */
  readonly hasTestHook: boolean
}
