import type { OutboundRequest } from '../base/outbound.ts'
import type { EpochMilliseconds } from '../base/time.ts'

const BURST = 60
const PER_SECOND = 10

interface Bucket {
  readonly tokens: number
  readonly at: EpochMilliseconds
}

export type Payer = Pick<OutboundRequest, 'tenantUid' | 'purpose'>

export interface Budget {
  /** False when the tenant has spent what it had for this purpose. */
  spend(payer: Payer, now: EpochMilliseconds): boolean
}

/**
 * A token bucket for each tenant and purpose, so that one tenant's partners cannot use up another's, nor
 * keys that are asked for the time of those who are told of a logout.
 */
export function makeBudget(): Budget {
  const buckets = new Map<string, Bucket>()
  return {
    spend({ tenantUid, purpose }, now) {
      const key = `${purpose} ${tenantUid}`
      const { tokens, at } = buckets.get(key) ?? { tokens: BURST, at: now }
      const earned = (Math.max(0, now - at) / 1000) * PER_SECOND
      const left = Math.min(BURST, tokens + earned)
      const isEnough = left >= 1
      buckets.set(key, { tokens: isEnough ? left - 1 : left, at: Math.max(now, at) })
      return isEnough
    },
  }
}
