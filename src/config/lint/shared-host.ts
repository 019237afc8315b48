import { tenantOf } from '../graph.ts'
import { findingAt, isLoopback, isWeb, type Redirect, redirectsOf } from './redirects.ts'
import type { Finding, Rule } from './rule.ts'

/** Whoever serves the host sees the codes of both: tenants are customers, or stages, that share nothing. */
export const sharedHost: Rule = {
  code: 'TIDP2017',
  severity: 'warning',
  *check(graph): Iterable<Finding> {
    const first = new Map<string, string>()
    for (const redirect of redirectsOf(graph)) {
      const host = hostOf(redirect)
      if (host === undefined || redirect.isDev) continue
      const tenant = tenantOf(redirect.item)
      const other = first.get(host) ?? tenant
      first.set(host, other)
      if (other !== tenant)
        yield findingAt(
          redirect,
          `tenant "${other}" sends people to ${host}, too`,
          'give each tenant a host of its own',
        )
    }
  },
}

const hostOf = ({ url }: Redirect): string | undefined =>
  url !== undefined && isWeb(url) && !isLoopback(url) ? url.host : undefined
