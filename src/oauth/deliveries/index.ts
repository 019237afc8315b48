/** What applications are told behind the browser's back: one file per kind, and this list. */
import { BACKCHANNEL_LOGOUT, CIBA_NOTICE, CIBA_PING } from '../../model/delivery.ts'
import { tellOfLogout } from './backchannel-logout.ts'
import { notice } from './ciba-notice.ts'
import { ping } from './ciba-ping.ts'
import type { Deliver } from './delivery.ts'

export { type Attempt, type Deliver, settlementOf } from './delivery.ts'

/** By `kind`. */
export const deliverers: Readonly<Record<string, Deliver>> = {
  [BACKCHANNEL_LOGOUT]: tellOfLogout,
  [CIBA_PING]: ping,
  [CIBA_NOTICE]: notice,
}
