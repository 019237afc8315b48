import { RATE_LIMITS, type RateLimitName } from '../../model/rate-limits.ts'
import type { Finding, Rule } from './rule.ts'

export const rateLimitsOff: Rule = {
  code: 'TIDP2071',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Environment')) {
      const { kind, rateLimits } = item.document.spec
      if (kind === 'dev' || rateLimits?.enabled !== false) continue
      yield {
        item,
        path: ['spec', 'rateLimits', 'enabled'],
        message: 'without rate limits anybody may guess and flood; only kind: dev can do without',
        hint: 'remove it, and raise the limit that is too tight',
      }
    }
  },
}

/** So far above the default that it stands in nobody's way. */
const GENEROUS = 10

export const rateLimitsWide: Rule = {
  code: 'TIDP2072',
  severity: 'warning',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Environment')) {
      const { kind, rateLimits = {} } = item.document.spec
      if (kind === 'dev') continue
      for (const [name, usual] of Object.entries(RATE_LIMITS)) {
        const limit = rateLimits[name as RateLimitName] ?? 0
        if (limit <= GENEROUS * usual) continue
        yield {
          item,
          path: ['spec', 'rateLimits', name],
          message: `${limit} requests a minute from one address hold up nobody who guesses or floods`,
          hint: `the default is ${usual}; stay below ${GENEROUS * usual}`,
        }
      }
    }
  },
}
