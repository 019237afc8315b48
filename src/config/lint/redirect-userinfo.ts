import { findingAt, isWeb, redirectsOf } from './redirects.ts'
import type { Finding, Rule } from './rule.ts'

/** What looks like the host may only be a user name. */
export const redirectUserinfo: Rule = {
  code: 'TIDP2015',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const redirect of redirectsOf(graph)) {
      const { url } = redirect
      if (url === undefined || !isWeb(url) || url.username + url.password === '') continue
      yield findingAt(redirect, 'a redirect URI has no user or password', 'remove what is before @')
    }
  },
}
