import type { JsonObject } from '../../base/json.ts'
import { RATE_LIMITS } from '../../model/rate-limits.ts'
import type { DocumentOf } from '../kinds.ts'
import { compact, type Spec, sorted } from './members.ts'

/** Variables have done their part when this is made. */
export function environmentSpec({ spec }: DocumentOf<'Environment'>): JsonObject {
  const { vars: _, ...said } = spec
  const rateLimits = { enabled: true, ...RATE_LIMITS, ...spec.rateLimits }
  return compact({ ...said, outbound: outboundSpec(spec.outbound), rateLimits })
}

/** `ca` names a file still: its contents take its place when it is read. */
const outboundSpec = (outbound: Spec<'Environment'>['outbound']): JsonObject | undefined =>
  outbound && compact({ allow: sorted(outbound.allow), ca: outbound.ca })
