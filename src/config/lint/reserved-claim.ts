import type { Finding, Rule } from './rule.ts'

/** OpenID Connect Core §2, RFC 7519 §4.1, and what has a field of its own. */
const OWN: ReadonlySet<string> = new Set(
  `iss sub aud exp nbf iat jti azp nonce auth_time acr amr sid at_hash c_hash s_hash
  client_id scope cnf email email_verified`.split(/\s+/),
)

/** A declared claim must not say who signed, for whom, or how. */
export const reservedClaim: Rule = {
  code: 'TIDP3012',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('User'))
      for (const name of Object.keys(item.document.spec.claims ?? {}))
        if (OWN.has(name))
          yield {
            item,
            path: ['spec', 'claims', name],
            message: `the claim ${name} is set by the server`,
            hint: name.startsWith('email')
              ? 'use spec.email and spec.emailVerified'
              : 'remove the line',
          }
  },
}
