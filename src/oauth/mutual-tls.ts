import type { JsonObject } from '../base/json.ts'
import type { Capabilities } from '../model/capabilities.ts'
import type { Tenant } from '../model/tenant.ts'

/** Where clients authenticate. Nothing else is served where certificates are asked for. */
export const MUTUAL_TLS_ENDPOINTS: readonly string[] = [
  'token_endpoint',
  'revocation_endpoint',
  'introspection_endpoint',
  'pushed_authorization_request_endpoint',
  'device_authorization_endpoint',
  'backchannel_authentication_endpoint',
]

/** RFC 8705 §5: the same endpoints where certificates are asked for, below the tenant's name. */
export function mutualTlsAliases(
  { name, issuer }: Tenant,
  { mutualTls, endpoints }: Capabilities,
): JsonObject {
  const listener = mutualTls?.listener
  if (listener === undefined) return {}
  const origin = listener.publicUrl ?? `https://${new URL(issuer).hostname}:${listener.port}`
  const aliases = Object.entries(endpoints)
    .filter(([member]) => MUTUAL_TLS_ENDPOINTS.includes(member))
    .map(([member, path]) => [member, `${origin}/${name}${path}`] as const)
  return { mtls_endpoint_aliases: Object.fromEntries(aliases) }
}
