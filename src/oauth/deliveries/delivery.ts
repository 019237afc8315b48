import type { Random } from '../../base/random.ts'
import type { EpochSeconds, Seconds } from '../../base/time.ts'
import type { Delivery } from '../../model/delivery.ts'
import type { Settlement } from '../../store/port.ts'
import type { Context } from '../context.ts'

/** How an attempt went. What it says of an error is ours: never what the receiver answered. */
export type Attempt =
  | { readonly as: 'delivered' }
  /** The receiver will never take it. */
  | { readonly as: 'refused'; readonly error: string }
  /** It may work another time. */
  | { readonly as: 'missed'; readonly error: string }
  /** Nobody is to be told (any more). */
  | { readonly as: 'unwanted' }

/** Sends one kind of delivery: makes the message anew, so that it is fresh at every attempt. */
export type Deliver = (delivery: Delivery, context: Context) => Promise<Attempt>

const MINUTE: Seconds = 60
const HOUR: Seconds = 60 * MINUTE

/** Pauses after the first, second … attempt; after the last one it has failed, about 21 hours on. */
const PAUSES: readonly Seconds[] = [
  ...[2, 10, MINUTE, 5 * MINUTE, 30 * MINUTE],
  ...[2 * HOUR, 6 * HOUR, 12 * HOUR],
]

/** What becomes of a delivery after an attempt. */
export function settlementOf(
  attempt: Attempt,
  { attempts }: Delivery,
  random: Random,
  now: EpochSeconds,
): Settlement {
  if (attempt.as === 'delivered' || attempt.as === 'unwanted') return { as: attempt.as }
  const { error } = attempt
  const pause = attempt.as === 'missed' ? PAUSES[attempts - 1] : undefined
  if (pause === undefined) return { as: 'failed', error }
  return { as: 'again', error, at: now + spread(pause, random) }
}

/** Up to a quarter longer, so that what failed together does not come back together. */
const spread = (pause: Seconds, random: Random): Seconds =>
  pause + Math.floor(((random.bytes(1)[0] ?? 0) / 256) * (pause / 4))
