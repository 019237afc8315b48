import { grantsOf, TYPES } from '../defaults.ts'
import type { Finding, Rule } from './rule.ts'

export const grantOfType: Rule = {
  code: 'TIDP3001',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application')) {
      const { type, grants = [] } = item.document.spec
      const { allowed } = TYPES[type]
      for (const [index, grant] of grants.entries())
        if (!allowed.includes(grant))
          yield {
            item,
            path: ['spec', 'grants', index],
            message: `an application of type ${type} cannot use ${grant}`,
            hint: `it may use ${allowed.join(', ')}`,
          }
    }
  },
}

/** RFC 6749 §3.1.2.2: redirect URIs are registered. */
export const codeRedirect: Rule = {
  code: 'TIDP3002',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application')) {
      const { spec } = item.document
      if (!grantsOf(spec).includes('authorization_code')) continue
      if ((spec.redirectUris ?? []).length > 0) continue
      yield {
        item,
        path: ['spec', 'redirectUris'],
        message: 'people sign in with this application, and it has no redirect URI',
        hint: 'add redirectUris, or remove authorization_code from its grants',
      }
    }
  },
}

export const noGrant: Rule = {
  code: 'TIDP3010',
  severity: 'warning',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application'))
      if (grantsOf(item.document.spec).length === 0)
        yield {
          item,
          path: ['spec', 'grants'],
          message: `"${item.document.metadata.name}" has no grant and can obtain no token`,
        }
  },
}
