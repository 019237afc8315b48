import { hash } from 'node:crypto'
import type { Tenant } from '../model/tenant.ts'
import type { Reply } from '../oauth/exchange.ts'

export interface Html {
  readonly tenant: Tenant | undefined
  readonly status?: number
  /** Where a form of this page may lead after its redirects. */
  readonly leadsTo?: readonly string[]
  /** The same where its form goes to no address of ours. */
  readonly leadsOnlyTo?: readonly string[]
  /** What it may show in frames. */
  readonly frames?: readonly string[]
  /** The one script that may run. */
  readonly script?: string
  readonly headers?: Reply['headers']
}

/** A page on its way to the browser, with the policy it needs and nothing wider. */
export const html = (body: string, page: Html): Reply => ({
  status: page.status ?? 200,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': policy(page),
    ...page.headers,
  },
  body,
})

const policy = ({ tenant, leadsTo = [], leadsOnlyTo, frames = [], script }: Html): string =>
  [
    "default-src 'none'",
    "style-src 'self'",
    `img-src 'self'${sourceOf(tenant?.branding.logoUri)}`,
    ...(script === undefined ? [] : [`script-src 'sha256-${hash('sha256', script, 'base64')}'`]),
    ...(frames.length === 0 ? [] : [`frame-src${sourcesOf(frames)}`]),
    leadsOnlyTo === undefined
      ? `form-action 'self'${sourcesOf(leadsTo)}`
      : `form-action${sourcesOf(leadsOnlyTo)}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')

const sourcesOf = (uris: readonly string[]): string => [...new Set(uris.map(sourceOf))].join('')

/** An origin, or the scheme of an address that has none. */
function sourceOf(uri: string | undefined): string {
  if (uri === undefined) return ''
  const { origin, protocol } = new URL(uri)
  return ` ${origin === 'null' ? protocol : origin}`
}
