import { isConfidential } from '../../model/application.ts'
import type { Client } from '../client-auth/index.ts'
import type { Context } from '../context.ts'
import { OAuthError } from '../errors.ts'
import type { Params } from '../params.ts'
import { mayAskFor, namedResources, ownersOf } from '../resource.ts'
import { isStandardScope, parseScope } from '../scope.ts'
import type { Grant } from './grant.ts'

/** RFC 6749 §4.4: the client on its own behalf. */
export const clientCredentials: Grant = {
  type: 'client_credentials',
  async redeem(params, client, { store, tenant }) {
    // RFC 6749 §4.4: confidential clients only.
    if (!isConfidential(client))
      throw new OAuthError('unauthorized_client', 'the client may not use this grant_type')
    const named = namedResources(params, tenant)
    if (!named.every((resource) => mayAskFor(resource, client)))
      throw new OAuthError('invalid_target', 'the client may not ask for this resource')
    const identifiers = named.map(({ identifier }) => identifier)
    const scopes = scopesFor(params, client, tenant)
    return {
      owner: undefined,
      scopes,
      resources: identifiers.length > 0 ? identifiers : ownersOf(scopes, tenant),
      nonce: undefined,
      family: 'none',
      async settle({ access }, response) {
        await store.accessTokens.issue(access)
        return response
      },
    }
  },
}

/** Those asked for, or everything the client may have; the standard ones are about a person. */
function scopesFor(params: Params, client: Client, tenant: Context['tenant']): readonly string[] {
  const isAllowed = (name: string): boolean =>
    client.scopes.has(name) && tenant.scopes.has(name) && !isStandardScope(name)
  const asked = parseScope(params.optional('scope'))
  if (asked.length === 0) return [...client.scopes].filter(isAllowed)
  if (!asked.every(isAllowed))
    throw new OAuthError('invalid_scope', 'the client may not ask for this scope')
  return asked
}
