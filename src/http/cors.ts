import type { Application } from '../model/application.ts'
import type { Tenant } from '../model/tenant.ts'
import type { Endpoint } from '../oauth/endpoints/endpoint.ts'
import type { Reply } from '../oauth/exchange.ts'

/** What a script in a browser calls. Introspection is for servers. */
const CALLED_BY_SCRIPTS: ReadonlySet<string | undefined> = new Set([
  'token_endpoint',
  'userinfo_endpoint',
  'revocation_endpoint',
  'pushed_authorization_request_endpoint',
])

/** Metadata and keys: the same for everybody, so anybody's script may read them. */
const FOR_EVERYBODY = /^\/(?:\.well-known\/|jwks)/

/** Never with credentials: tokens travel in headers and forms, not in cookies. */
export function corsHeaders(
  { paths: [path = ''], metadata }: Endpoint,
  origin: string | undefined,
  tenant: Tenant,
): Reply['headers'] {
  if (FOR_EVERYBODY.test(path)) return { 'access-control-allow-origin': '*' }
  if (!CALLED_BY_SCRIPTS.has(metadata)) return {}
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
  const origins = new Set([...tenant.applications.values()].flatMap(originsOf))
  known.set(tenant, origins)
  return origins
}

/** Where an application in the browser is sent back to, it runs; others have to say that they run in one. */
function originsOf({ type, isDisabled, redirectUris, corsOrigins }: Application) {
  if (isDisabled) return []
  if (type !== 'spa') return corsOrigins
  const derived = redirectUris.map((uri) => new URL(uri).origin)
  // Addresses with a scheme of their own have no origin: to a browser they are all `null`, and so is much else.
  return [...derived.filter((origin) => origin !== 'null'), ...corsOrigins]
}
