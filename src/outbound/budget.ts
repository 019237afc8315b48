import type { EpochMilliseconds } from '../base/time.ts'

const BURST = 60
const PER_SECOND = 10

interface Bucket {
  readonly tokens: number
  readonly at: EpochMilliseconds
}

export interface Budget {
  /** False when the tenant has spent what it had. */
  spend(tenantUid: string, now: EpochMilliseconds): boolean
}

/** A token bucket for each tenant, so that one tenant's partners cannot use up another's. */
export function makeBudget(): Budget {
  const buckets = new Map<string, Bucket>()
  return {
    spend(tenantUid, now) {
      const { tokens, at } = buckets.get(tenantUid) ?? { tokens: BURST, at: now }
      const earned = (Math.max(0, now - at) / 1000) * PER_SECOND
      const left = Math.min(BURST, tokens + earned)
      const isEnough = left >= 1
      buckets.set(tenantUid, { tokens: isEnough ? left - 1 : left, at: Math.max(now, at) })
      return isEnough
    },
  }
}
