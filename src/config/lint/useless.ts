import { APPLICATION, grantsOf } from '../defaults.ts'
import { seconds } from '../duration.ts'
import type { Finding, Rule } from './rule.ts'

/** It is issued with offline_access, or always; with neither, the grant is never of use. */
export const refreshWithoutToken: Rule = {
  code: 'TIDP3015',
  severity: 'warning',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application')) {
      const { grants = [], scopes = [], tokens } = item.document.spec
      const index = grants.indexOf('refresh_token')
      if (index < 0 || scopes.includes('offline_access')) continue
      if (tokens?.refresh?.issue === 'always') continue
      yield {
        item,
        path: ['spec', 'grants', index],
        message: 'no refresh token is ever issued to this application',
        hint: 'add offline_access to its scopes, or write tokens.refresh.issue: always',
      }
    }
  },
}

/** Only the code grant sends people back. */
export const unusedRedirect: Rule = {
  code: 'TIDP3017',
  severity: 'warning',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application')) {
      const { spec } = item.document
      if ((spec.redirectUris ?? []).length === 0) continue
      const grants = grantsOf(spec)
      if (grants.length === 0 || grants.includes('authorization_code')) continue
      yield {
        item,
        path: ['spec', 'redirectUris'],
        message: 'nobody is sent back to an application without the grant authorization_code',
        hint: 'remove redirectUris, or add the grant',
      }
    }
  },
}

/** When the refresh token ends first, it was never of use. */
export const accessOutlivesRefresh: Rule = {
  code: 'TIDP3018',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application')) {
      const { tokens, grants = [] } = item.document.spec
      const access = tokens?.access?.ttl
      const refresh = tokens?.refresh?.ttl ?? APPLICATION.refresh.ttl
      if (access === undefined || seconds(access) <= seconds(refresh)) continue
      if (!grants.includes('refresh_token') && tokens?.refresh === undefined) continue
      yield {
        item,
        path: ['spec', 'tokens', 'access', 'ttl'],
        message: `access tokens live for ${access}, and refresh tokens end after ${refresh}`,
        hint: 'let access tokens end first, for instance after 15m',
      }
    }
  },
}
