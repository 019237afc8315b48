import { findingAt, redirectsOf } from './redirects.ts'
import type { Finding, Rule } from './rule.ts'

/** RFC 6749 §3.1.2: absolute, and as a browser would send it. */
export const redirectAbsolute: Rule = {
  code: 'TIDP2012',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const redirect of redirectsOf(graph)) {
      const { text, url } = redirect
      // Wildcards and fragments have rules of their own.
      if (/[*#]/.test(text)) continue
      if (url !== undefined && (!/^https?:/.test(text) || /^https?:\/\/[^/]/.test(text))) continue
      yield findingAt(
        redirect,
        'this is not a URI that a browser can be sent to',
        'write it as it is sent: ASCII, percent-encoded, with a lower-case scheme and a host',
      )
    }
  },
}
