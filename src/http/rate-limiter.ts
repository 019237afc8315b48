import { boundedMap } from '../base/bounded-map.ts'
import type { EpochMilliseconds } from '../base/time.ts'

const MINUTE_MS = 60_000

/** Two generations of keys with their instants: some 20 MB at the very most. */
const CAPACITY = 100_000

/** One minute's worth at once, and then at an even pace (GCRA: one instant per key is all there is to keep). */
export interface RateLimiter {
  /** Milliseconds until the next unit of this budget; 0 when there is one. */
  wait(key: string, perMinute: number, nowMs: EpochMilliseconds): number
  spend(key: string, perMinute: number, nowMs: EpochMilliseconds): void
}

export function rateLimiter(capacity = CAPACITY): RateLimiter {
  /** When a budget will be whole again. One that is whole need not be remembered. */
  const wholeAt = boundedMap<EpochMilliseconds>(capacity)
  return {
    wait(key, perMinute, nowMs) {
      const whole = wholeAt.get(key)
      if (whole === undefined || whole <= nowMs) return 0
      return Math.max(0, whole - nowMs + MINUTE_MS / perMinute - MINUTE_MS)
    },
    spend(key, perMinute, nowMs) {
      const whole = Math.max(nowMs, wholeAt.get(key) ?? 0)
      wholeAt.set(key, whole + MINUTE_MS / perMinute)
    },
  }
}
