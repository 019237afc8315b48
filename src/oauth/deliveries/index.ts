/** What applications are told behind the browser's back: one file per kind, and this list. */
import type { Deliver } from './delivery.ts'

export { type Attempt, type Deliver, settlementOf } from './delivery.ts'

/** By `kind`. */
export const deliverers: Readonly<Record<string, Deliver>> = {}
