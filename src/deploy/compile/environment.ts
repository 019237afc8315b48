import { RATE_LIMITS, type RateLimits } from '../../model/rate-limits.ts'
import type { SpecReader } from '../spec-reader.ts'

/** What was applied before there were limits has the usual ones. */
export function compileRateLimits(environment: SpecReader): RateLimits | undefined {
  if (!environment.has('rateLimits')) return RATE_LIMITS
  const spec = environment.child('rateLimits')
  if (!spec.flag('enabled')) return undefined
  return {
    signIn: spec.integer('signIn'),
    pages: spec.integer('pages'),
    unproven: spec.integer('unproven'),
    documents: spec.integer('documents'),
  }
}
