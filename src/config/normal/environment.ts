import type { JsonObject } from '../../base/json.ts'
import { RATE_LIMITS } from '../../model/rate-limits.ts'
import type { DocumentOf } from '../kinds.ts'
import { compact } from './members.ts'

export function environmentSpec({ spec }: DocumentOf<'Environment'>): JsonObject {
  const rateLimits = { enabled: true, ...RATE_LIMITS, ...spec.rateLimits }
  return compact({ ...spec, rateLimits })
}
