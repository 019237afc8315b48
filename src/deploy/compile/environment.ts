import { RATE_LIMITS, type RateLimits } from '../../model/rate-limits.ts'
import type { OutboundPolicy, Snapshot } from '../../model/snapshot.ts'
import type { ConfigObject } from '../../store/config-port.ts'
import { type SpecReader, specOf } from '../spec-reader.ts'

export function compileEnvironment(object: ConfigObject): Snapshot['environment'] {
  const spec = specOf(object)
  const kind = spec.oneOf('kind', ['dev', 'production'])
  return { name: object.name, kind, outbound: outboundPolicy(spec, kind === 'dev') }
}

function outboundPolicy(spec: SpecReader, isDev: boolean): OutboundPolicy {
  const outbound = spec.has('outbound') ? spec.child('outbound') : undefined
  return {
    allow: outbound?.texts('allow') ?? [],
    allowsPlainHttp: isDev,
    ca: outbound?.optionalText('ca'),
  }
}

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
