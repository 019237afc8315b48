import { findingAt, isLoopback, redirectsOf } from './redirects.ts'
import type { Finding, Rule } from './rule.ts'

/** RFC 9700 §2.6: plain http only to the machine itself, for native applications (RFC 8252 §7.3) or while developing. */
export const redirectHttp: Rule = {
  code: 'TIDP2013',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const redirect of redirectsOf(graph)) {
      const { url, type, isDev } = redirect
      if (url?.protocol !== 'http:') continue
      if (!isLoopback(url))
        yield findingAt(redirect, 'plain http leads off this machine', 'write https')
      else if (type !== 'native' && !isDev)
        yield findingAt(
          redirect,
          `plain http is for native applications; this one is of type ${type}`,
          'write https; in an environment of kind: dev, http to 127.0.0.1 is allowed',
        )
    }
  },
}
