import { findingAt, redirectsOf } from './redirects.ts'
import type { Finding, Rule } from './rule.ts'

/** RFC 9700 §4.1.3: redirect URIs are compared exactly. */
export const redirectWildcard: Rule = {
  code: 'TIDP2010',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const redirect of redirectsOf(graph))
      if (redirect.text.includes('*'))
        yield findingAt(
          redirect,
          'a redirect URI has no wildcards',
          'list each URI; they are compared character by character',
        )
  },
}
