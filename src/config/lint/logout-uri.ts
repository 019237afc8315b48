import type { Graph } from '../graph.ts'
import type { Path } from '../locate.ts'
import type { Item } from '../schema.ts'
import { isLoopback } from './redirects.ts'
import type { Finding, Rule } from './rule.ts'

interface Notice {
  readonly item: Item<'Application'>
  readonly path: Path
  readonly url: URL | undefined
  readonly text: string
}

function* noticesOf(graph: Graph): Iterable<Notice> {
  for (const item of graph.all('Application'))
    for (const channel of ['backchannelLogout', 'frontchannelLogout'] as const) {
      const text = item.document.spec[channel]?.uri
      if (text === undefined) continue
      const path = ['spec', channel, 'uri']
      yield { item, path, text, url: URL.parse(text) ?? undefined }
    }
}

/** OpenID Connect Back-Channel Logout §2.2, Front-Channel Logout §2: a token and a sid travel there. */
export const logoutHttps: Rule = {
  code: 'TIDP2065',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    const isDev = graph.environment.document.spec.kind === 'dev'
    for (const { item, path, url } of noticesOf(graph)) {
      if (url?.protocol === 'https:') continue
      const isAtHome = url?.protocol === 'http:' && isLoopback(url)
      if (isDev && isAtHome) continue
      yield {
        item,
        path,
        message: 'a logout URI is over https',
        hint: 'write https; in an environment of kind: dev, http to 127.0.0.1 is allowed',
      }
    }
  },
}

export const logoutPlain: Rule = {
  code: 'TIDP2066',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const { item, path, text, url } of noticesOf(graph)) {
      const hasUser = url !== undefined && url.username + url.password !== ''
      if (!hasUser && !/[#*]/.test(text)) continue
      yield {
        item,
        path,
        message: 'a logout URI has no fragment, wildcard, user or password',
        hint: 'write the one address that is to be called',
      }
    }
  },
}

/** What ends a session at one host is seldom served by another: often a copy of somebody else's. */
export const logoutHost: Rule = {
  code: 'TIDP2067',
  severity: 'warning',
  *check(graph): Iterable<Finding> {
    for (const { item, path, url } of noticesOf(graph)) {
      const { redirectUris = [] } = item.document.spec
      const hosts = redirectUris.map((uri) => URL.parse(uri)?.host)
      if (url === undefined || hosts.length === 0 || hosts.includes(url.host)) continue
      yield {
        item,
        path,
        message: `${url.host} is the host of none of its redirect URIs`,
        hint: 'see that it is the same application that listens there',
      }
    }
  },
}

/** Only sessions of people end. */
export const logoutOfMachine: Rule = {
  code: 'TIDP3045',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const { item, path } of noticesOf(graph)) {
      const { type } = item.document.spec
      if (type !== 'machine') continue
      yield {
        item,
        path,
        message: 'nobody signs in with an application of type machine, so it is never told',
        hint: 'remove it',
      }
    }
  },
}
