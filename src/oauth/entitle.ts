import type { EpochSeconds, Seconds } from '../base/time.ts'
import type { SigningAlgorithm } from '../model/key.ts'
import type { Resource } from '../model/resource.ts'
import type { Tenant } from '../model/tenant.ts'
import type { Client } from './client-auth/index.ts'
import type { Context } from './context.ts'
import { OAuthError } from './errors.ts'
import type { Proof } from './grants/grant.ts'
import { mayAskFor } from './resource.ts'

/** What a proof lets this client have now. */
export interface Entitlement {
  readonly client: Client
  readonly proof: Proof
  readonly scopes: readonly string[]
  readonly access: AccessTerms
  readonly refresh: RefreshTerms | undefined
}

export interface AccessTerms {
  /** What it is for, unless for the issuer itself. */
  readonly resource: Resource | undefined
  readonly audience: string
  /** How it is signed; an opaque token is not. */
  readonly algorithm: SigningAlgorithm | undefined
  readonly lifetime: Seconds
}

export interface RefreshTerms {
  readonly expiresAt: EpochSeconds
  readonly idleExpiresAt: EpochSeconds
}

/** Of a token that is for no resource, unless the application says otherwise. */
const LIFETIME: Seconds = 900

export function entitle(
  proof: Proof,
  client: Client,
  { tenant, now }: Pick<Context, 'tenant' | 'now'>,
): Entitlement {
  const resource = oneResource(proof.resources, client, tenant)
  return {
    client,
    proof,
    scopes: scopesInForce(proof, resource, client, tenant),
    access: accessTerms(resource, client, tenant),
    refresh: refreshTerms(proof, client, now),
  }
}

/** One access token is for one resource (RFC 8707 §3), or for the issuer itself. */
function oneResource(
  identifiers: readonly string[],
  client: Client,
  { resources }: Tenant,
): Resource | undefined {
  const [identifier, second] = identifiers
  if (identifier === undefined) return undefined
  if (second !== undefined)
    throw new OAuthError('invalid_target', 'name one resource: several are possible', {
      identifiers,
    })
  const resource = resources.get(identifier)
  if (resource === undefined || !mayAskFor(resource, client))
    throw new OAuthError('invalid_target', 'the client may not ask for this resource')
  return resource
}

/** What is left for this resource. Nothing at all is no token: RFC 6749 §5.1 has no way to say so. */
function scopesInForce(
  { scopes }: Proof,
  resource: Resource | undefined,
  client: Client,
  tenant: Tenant,
): readonly string[] {
  const left = scopes.filter((name) => isInForce(name, resource, client, tenant))
  if (left.length === 0 && scopes.length > 0)
    throw new OAuthError('invalid_scope', 'no scope is left for this resource', { scopes })
  return left
}

/** Also what was granted long ago ends when the configuration takes it away. */
function isInForce(
  name: string,
  resource: Resource | undefined,
  client: Client,
  { scopes }: Tenant,
): boolean {
  const definition = scopes.get(name)
  if (definition === undefined || !client.scopes.has(name)) return false
  return definition.resource === undefined || definition.resource === resource?.identifier
}

function accessTerms(resource: Resource | undefined, client: Client, tenant: Tenant): AccessTerms {
  const wanted = client.accessToken.lifetime
  // Nobody but the issuer reads such a token, and it looks tokens up.
  if (resource === undefined)
    return { resource, audience: tenant.issuer, algorithm: undefined, lifetime: wanted ?? LIFETIME }
  const { format, algorithm, lifetime } = resource.token
  return {
    resource,
    audience: resource.identifier,
    algorithm: format === 'jwt' ? algorithm : undefined,
    lifetime: Math.min(lifetime, wanted ?? lifetime),
  }
}

function refreshTerms(
  { family }: Proof,
  { refreshToken }: Client,
  now: EpochSeconds,
): RefreshTerms | undefined {
  if (family === 'none') return undefined
  const expiresAt = family === 'new' ? now + refreshToken.lifetime : family.expiresAt
  return { expiresAt, idleExpiresAt: Math.min(expiresAt, now + refreshToken.idle) }
}
