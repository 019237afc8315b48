import { findingAt, redirectsOf } from './redirects.ts'
import type { Finding, Rule } from './rule.ts'

/** RFC 6749 §3.1.2 */
export const redirectFragment: Rule = {
  code: 'TIDP2011',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const redirect of redirectsOf(graph))
      if (redirect.text.includes('#'))
        yield findingAt(redirect, 'a redirect URI has no fragment', 'remove # and what follows it')
  },
}
