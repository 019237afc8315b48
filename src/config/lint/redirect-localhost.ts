import { findingAt, redirectsOf } from './redirects.ts'
import type { Finding, Rule } from './rule.ts'

/** RFC 8252 §8.3: `localhost` may resolve to something that is not this machine. */
export const redirectLocalhost: Rule = {
  code: 'TIDP2014',
  severity: 'warning',
  *check(graph): Iterable<Finding> {
    for (const redirect of redirectsOf(graph))
      if (redirect.type === 'native' && redirect.url?.hostname === 'localhost')
        yield findingAt(
          redirect,
          'localhost may resolve to another machine, and its port has to match',
          'write 127.0.0.1 or [::1]; their port may be any',
        )
  },
}
