import type { ApplicationType } from '../../model/application.ts'
import type { Graph } from '../graph.ts'
import type { Path } from '../locate.ts'
import type { Item } from '../schema.ts'
import type { Finding } from './rule.ts'

/** One redirect URI as it was written. */
export interface Redirect {
  readonly item: Item<'Application'>
  readonly path: Path
  readonly type: ApplicationType
  readonly text: string
  /** Undefined for what no browser can follow. */
  readonly url: URL | undefined
  readonly isDev: boolean
}

const FIELDS = ['redirectUris', 'postLogoutRedirectUris'] as const

export function redirectsOf(graph: Graph): readonly Redirect[] {
  const known = found.get(graph)
  if (known !== undefined) return known
  const redirects = [...findRedirects(graph)]
  found.set(graph, redirects)
  return redirects
}

/** Many rules look at them. */
const found = new WeakMap<Graph, readonly Redirect[]>()

function* findRedirects(graph: Graph): Iterable<Redirect> {
  const isDev = graph.environment.document.spec.kind === 'dev'
  for (const item of graph.all('Application')) {
    const { spec } = item.document
    for (const field of FIELDS)
      for (const [index, text] of (spec[field] ?? []).entries()) {
        const path = ['spec', field, index]
        yield { item, path, type: spec.type, text, url: parse(text), isDev }
      }
  }
}

/** What a URL parser would silently repair is not compared character by character any more. */
const parse = (text: string): URL | undefined =>
  /^[!#-;=?-[\]_a-z~]+$/.test(text) ? (URL.parse(text) ?? undefined) : undefined

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost'])

export const isLoopback = ({ hostname }: URL): boolean => LOOPBACK.has(hostname)

export const isWeb = ({ protocol }: URL): boolean => protocol === 'https:' || protocol === 'http:'

export const findingAt = ({ item, path }: Redirect, message: string, hint: string): Finding => ({
  item,
  path,
  message,
  hint,
})
