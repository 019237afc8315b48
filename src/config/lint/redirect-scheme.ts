import { findingAt, isWeb, redirectsOf } from './redirects.ts'
import type { Finding, Rule } from './rule.ts'

/** RFC 8252 §7.1: private-use schemes are for native applications and begin with a reversed domain name. */
export const redirectScheme: Rule = {
  code: 'TIDP2016',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const redirect of redirectsOf(graph)) {
      const { url, type } = redirect
      if (url === undefined || isWeb(url)) continue
      if (type !== 'native')
        yield findingAt(redirect, `${url.protocol} is for native applications`, 'write https')
      else if (!url.protocol.includes('.'))
        yield findingAt(
          redirect,
          `any application could claim ${url.protocol}`,
          'begin with a domain of yours, reversed: com.example.app:/callback',
        )
    }
  },
}
