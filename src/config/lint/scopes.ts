import { grantsOf, signsPeopleIn } from '../defaults.ts'
import type { Finding, Rule } from './rule.ts'

/** OpenID Connect Core §11: offline access is a refresh token. */
export const offlineAccess: Rule = {
  code: 'TIDP3003',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application')) {
      const { spec } = item.document
      const index = spec.scopes?.indexOf('offline_access') ?? -1
      const grants = grantsOf(spec)
      if (index < 0 || !signsPeopleIn(grants)) continue
      if (grants.includes('refresh_token')) continue
      yield {
        item,
        path: ['spec', 'scopes', index],
        message: 'offline_access needs the refresh_token grant',
        hint: 'add refresh_token to its grants, or remove the scope',
      }
    }
  },
}

const OF_PEOPLE: ReadonlySet<string> = new Set([
  'openid',
  'profile',
  'email',
  'address',
  'phone',
  'offline_access',
])

/** RFC 6749 §4.4: client credentials speak for the application, and there is nobody to ask about. */
export const machineScope: Rule = {
  code: 'TIDP3004',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application')) {
      const { spec } = item.document
      if (signsPeopleIn(grantsOf(spec))) continue
      for (const [index, scope] of (spec.scopes ?? []).entries())
        if (OF_PEOPLE.has(scope))
          yield {
            item,
            path: ['spec', 'scopes', index],
            message: `${scope} is about a person, and nobody signs in with this application`,
            hint: 'remove the scope',
          }
    }
  },
}
