import { addressKey } from '../base/address-key.ts'
import type { Seconds } from '../base/time.ts'
import type { Context } from '../oauth/context.ts'
import type { Request } from '../oauth/exchange.ts'
import type { Person } from '../store/port.ts'

/** RFC 8628 §5.1: of 25 thousand million codes nobody finds a live one with so few. */
const PER_PERSON = { most: 10, window: 600 }
const PER_ADDRESS = { most: 100, window: 600 }

export type Guess =
  | { readonly outcome: 'too-many'; readonly seconds: Seconds }
  /** `wasRight` takes it off the count again. */
  | { readonly outcome: 'counted'; wasRight(): Promise<void> }

/** Counts a code before it is looked at, so that no number of parallel guesses gets more than there are. */
export async function guessCode(
  { user }: Person,
  { clientAddress }: Request,
  { store: { guesses }, now }: Context,
): Promise<Guess> {
  const sources = [
    [`person ${user.uid}`, PER_PERSON],
    [`address ${addressKey(clientAddress)}`, PER_ADDRESS],
  ] as const
  for (const [source, policy] of sources) {
    const reserved = await guesses.reserve(source, policy, now)
    if (reserved !== 'allowed')
      return { outcome: 'too-many', seconds: Math.max(1, reserved.waitUntil - now) }
  }
  return {
    outcome: 'counted',
    async wasRight() {
      for (const [source] of sources) await guesses.giveBack(source)
    },
  }
}
