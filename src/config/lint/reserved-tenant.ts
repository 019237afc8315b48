import type { Finding, Rule } from './rule.ts'

/** What would be the path of a page or endpoint when a tenant is served at the root. */
export const RESERVED_TENANTS: ReadonlySet<string> = new Set(
  `authorize token userinfo keyinfo introspect revoke logout jwks register par bc-authorize
  device-authorization end-session check-session
  api portal assets docs errors login select-account consent account device healthz readyz metrics scim saml
  system admin auth www root app ciba`.split(/\s+/),
)

export const reservedTenant: Rule = {
  code: 'TIDP3006',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Tenant')) {
      const { name } = item.document.metadata
      if (!RESERVED_TENANTS.has(name)) continue
      yield {
        item,
        path: ['metadata', 'name'],
        message: `a tenant cannot be called "${name}": the server uses that path`,
        hint: `for instance ${name}-org`,
      }
    }
  },
}
