import type { Application } from '../model/application.ts'
import type { Resource } from '../model/resource.ts'
import type { Tenant } from '../model/tenant.ts'
import { OAuthError } from './errors.ts'
import type { Params } from './params.ts'

/** What `resource` parameters name (RFC 8707 §2), each once, in the order asked. */
export function namedResources(params: Params, tenant: Tenant): readonly Resource[] {
  const found = params.list('resource').map((value) => {
    const resource = resourceNamed(value, tenant)
    if (resource === undefined)
      throw new OAuthError('invalid_target', 'resource is not known', { value })
    return resource
  })
  return [...new Set(found)]
}

/** The identifiers of the resources that these scopes belong to; standard scopes have none. */
export const ownersOf = (scopes: readonly string[], tenant: Tenant): readonly string[] => [
  ...new Set(scopes.flatMap((name) => tenant.scopes.get(name)?.resource ?? [])),
]

/** An application may ask for a resource of which it has at least one scope. */
export const mayAskFor = (resource: Resource, { scopes }: Application): boolean =>
  resource.scopes.some((name) => scopes.has(name))

export const resourceNamed = (value: string, { resources }: Tenant): Resource | undefined =>
  resources.get(value) ?? resources.get(withOtherEmptyPath(value))

/** RFC 3986 §6.2.3: no path and `/` are the same address; below that a slash makes another. */
const withOtherEmptyPath = (value: string): string => {
  const [, origin, slash] = /^([^:/?#]+:\/\/[^/?#]+)(\/?)$/.exec(value) ?? []
  if (origin === undefined) return value
  return slash === '' ? `${origin}/` : origin
}

/**
 * What the access token may be for: the resource named at /token, if it was authorized, else any that
 * was (RFC 8707 §2.2).
 */
export function resourcesToChooseFrom(
  params: Params,
  authorized: readonly string[],
  tenant: Tenant,
): readonly string[] {
  const named = namedResources(params, tenant).map(({ identifier }) => identifier)
  if (!named.every((identifier) => authorized.includes(identifier)))
    throw new OAuthError('invalid_target', 'resource was not authorized')
  return named.length > 0 ? named : authorized
}
