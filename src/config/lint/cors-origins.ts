import type { ApplicationType } from '../../model/application.ts'
import type { Graph } from '../graph.ts'
import type { Item } from '../schema.ts'
import { isLoopback } from './redirects.ts'
import type { Finding, Rule } from './rule.ts'

interface CorsOrigin {
  readonly item: Item<'Application'>
  readonly path: readonly (string | number)[]
  readonly text: string
  readonly type: ApplicationType
  /** Undefined for what is no origin. */
  readonly url: URL | undefined
  readonly isDev: boolean
}

const LISTS = ['corsOrigins', 'onwardOrigins'] as const

/** All that are written as origins are. */
function* originsOf(graph: Graph): Iterable<CorsOrigin> {
  for (const list of LISTS) yield* corsOriginsOf(graph, list)
}

function* corsOriginsOf(
  graph: Graph,
  list: (typeof LISTS)[number] = 'corsOrigins',
): Iterable<CorsOrigin> {
  const isDev = graph.environment.document.spec.kind === 'dev'
  for (const item of graph.all('Application'))
    for (const [index, text] of (item.document.spec[list] ?? []).entries()) {
      const url = text.includes('*') ? undefined : (URL.parse(text) ?? undefined)
      const path = ['spec', list, index]
      yield { item, path, text, type: item.document.spec.type, url, isDev }
    }
}

export const corsWildcard: Rule = {
  code: 'TIDP2073',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const { item, path, text } of originsOf(graph))
      if (text.includes('*'))
        yield {
          item,
          path,
          message: 'an origin is compared character by character; * stands for nothing',
          hint: 'list each origin, for instance https://shop.example',
        }
  },
}

export const corsOriginForm: Rule = {
  code: 'TIDP3051',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const { item, path, text, url } of originsOf(graph)) {
      if (text.includes('*') || url?.origin === text) continue
      const meant = url === undefined || url.origin === 'null' ? 'https://shop.example' : url.origin
      yield {
        item,
        path,
        message: `${text} is not an origin as browsers write it`,
        hint: `write scheme, host and port in lower case and nothing after them: ${meant}`,
      }
    }
  },
}

export const corsHttp: Rule = {
  code: 'TIDP2074',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const { item, path, text, url } of originsOf(graph))
      if (url !== undefined && url.protocol === 'http:' && !isLoopback(url))
        yield {
          item,
          path,
          message: `${text} is not https: whoever is on the way can change what is there`,
          hint: 'write https://…',
        }
  },
}

export const corsLoopback: Rule = {
  code: 'TIDP2075',
  severity: 'warning',
  *check(graph): Iterable<Finding> {
    for (const { item, path, text, url, isDev } of corsOriginsOf(graph))
      if (url !== undefined && isLoopback(url) && !isDev)
        yield {
          item,
          path,
          message: `${text} is whatever runs on the visitor's own machine`,
          hint: 'keep it in the environment of kind: dev',
        }
  },
}

/** Only a browser asks by origin. */
export const corsBackend: Rule = {
  code: 'TIDP2076',
  severity: 'warning',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application')) {
      const { type, corsOrigins = [], corsReason } = item.document.spec
      if (corsOrigins.length === 0 || type === 'spa') continue
      const mayRunInBrowser = type === 'web' || type === 'native'
      if (mayRunInBrowser && corsReason !== undefined) continue
      yield {
        item,
        path: ['spec', 'corsOrigins'],
        message: `no browser calls for an application of type ${type}, so it needs no CORS origin`,
        hint: mayRunInBrowser
          ? 'remove it, or say in corsReason which of its scripts calls us'
          : 'remove it; an application in the browser is of type spa',
      }
    }
  },
}

export const corsDerived: Rule = {
  code: 'TIDP3052',
  severity: 'warning',
  *check(graph): Iterable<Finding> {
    for (const { item, path, text, type } of corsOriginsOf(graph)) {
      const uris = type === 'spa' ? (item.document.spec.redirectUris ?? []) : []
      if (!uris.some((uri) => URL.parse(uri)?.origin === text)) continue
      yield {
        item,
        path,
        message: `${text} is allowed already, because a redirect URI leads there`,
        hint: 'remove it',
      }
    }
  },
}
