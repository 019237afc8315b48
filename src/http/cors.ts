import type { Tenant } from '../model/tenant.ts'
import type { Endpoint } from '../oauth/endpoints/endpoint.ts'
import type { Reply } from '../oauth/exchange.ts'

/** What a script in a browser calls. Metadata and keys are for everybody. */
const CALLED_BY_SCRIPTS = new Set(['/token', '/userinfo', '/revoke'])
const FOR_EVERYBODY = /^\/(?:\.well-known\/|jwks)/

/** Never with credentials: tokens travel in headers and forms, not in cookies. */
export function corsHeaders(
  { paths: [path = ''] }: Endpoint,
  origin: string | undefined,
  tenant: Tenant,
): Reply['headers'] {
  if (FOR_EVERYBODY.test(path)) return { 'access-control-allow-origin': '*' }
  if (!CALLED_BY_SCRIPTS.has(path)) return {}
  if (origin === undefined || !scriptOrigins(tenant).has(origin)) return { vary: 'Origin' }
  return {
    vary: 'Origin',
    'access-control-allow-origin': origin,
    'access-control-expose-headers': 'WWW-Authenticate, Retry-After',
  }
}

/** The answer to a preflight, or nothing where scripts may not call. */
export function preflight(endpoint: Endpoint, origin: string | undefined, tenant: Tenant) {
  const headers = corsHeaders(endpoint, origin, tenant)
  if (!('access-control-allow-origin' in headers)) return undefined
  return {
    status: 204,
    headers: {
      ...headers,
      'access-control-allow-methods': endpoint.methods.join(', '),
      'access-control-allow-headers': 'Authorization, Content-Type',
      'access-control-max-age': '600',
    },
    body: '',
  } satisfies Reply
}

const known = new WeakMap<Tenant, ReadonlySet<string>>()

function scriptOrigins(tenant: Tenant): ReadonlySet<string> {
  const before = known.get(tenant)
  if (before) return before
  const origins = new Set(
    [...tenant.applications.values()]
      .filter(({ type, isDisabled }) => type === 'spa' && !isDisabled)
      .flatMap(({ redirectUris }) => redirectUris.map((uri) => new URL(uri).origin)),
  )
  known.set(tenant, origins)
  return origins
}
