import { isConfidential } from '../../model/application.ts'
import type { Client } from '../client-auth/index.ts'
import type { Context } from '../context.ts'
import { OAuthError } from '../errors.ts'
import type { Params } from '../params.ts'
import { mayAskFor, namedResources, ownersOf } from '../resource.ts'
import { isStandardScope, parseScope } from '../scope.ts'
import type { Grant, Proof } from './grant.ts'

/** RFC 6749 §4.4: the client on its own behalf. */
export const clientCredentials: Grant = {
  type: 'client_credentials',
  // RFC 6749 §4.4: confidential clients only.
  isOpenTo: isConfidential,
  async redeem(params, client, { store, tenant }) {
    return {
      ...ownBehalf(params, client, tenant),
      async settle({ access }, response) {
        await store.accessTokens.issue(access)
        return response
      },
    }
  },
}

/** What it proves, without a store. */
export function ownBehalf(
  params: Params,
  client: Client,
  tenant: Context['tenant'],
): Omit<Proof, 'settle'> {
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
  }
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
