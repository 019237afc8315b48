import type { Tenant } from '../model/tenant.ts'
import type { Reply } from '../oauth/exchange.ts'

export interface Html {
  readonly tenant: Tenant | undefined
  readonly status?: number
  /** Where a form of this page may lead after its redirect. */
  readonly leadsTo?: string
  readonly headers?: Reply['headers']
}

/** A page on its way to the browser, with the policy it needs and nothing wider. */
export const html = (body: string, { tenant, status = 200, leadsTo, headers }: Html): Reply => ({
  status,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': policy(tenant?.branding.logoUri, leadsTo),
    ...headers,
  },
  body,
})

const policy = (logo: string | undefined, leadsTo: string | undefined): string =>
  [
    "default-src 'none'",
    "style-src 'self'",
    `img-src 'self'${sourceOf(logo)}`,
    // Chromium applies it to the redirect that follows the form, too.
    `form-action 'self'${sourceOf(leadsTo)}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')

/** An origin, or the scheme of an address that has none. */
function sourceOf(uri: string | undefined): string {
  if (uri === undefined) return ''
  const { origin, protocol } = new URL(uri)
  return ` ${origin === 'null' ? protocol : origin}`
}
