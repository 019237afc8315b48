/** Claims by declaration: of the tenant, of the resource a token is for, and of the application. */
import { isJsonObject, type Json, type JsonObject } from '../base/json.ts'
import { fits } from '../base/wildcard.ts'
import type { Application } from '../model/application.ts'
import type { ClaimMapping, ClaimPlace } from '../model/claims.ts'
import type { Resource } from '../model/resource.ts'
import type { Tenant } from '../model/tenant.ts'
import type { User } from '../model/user.ts'
import { knownAbout, worthSaying } from './about.ts'

/** Whom claims are for, and what was granted. */
export interface Recipient {
  readonly application: Application
  readonly tenant: Tenant
  readonly scopes: readonly string[]
  readonly resource?: Resource | undefined
}

/**
 * What is declared for this place. Without a person there are fixed values only. The application's
 * declaration of a claim wins over the resource's, and that one over the tenant's.
 */
export function declaredClaims(
  place: ClaimPlace,
  user: User | undefined,
  recipient: Recipient,
): JsonObject {
  const mappings = mappingsFor(recipient).filter(
    ({ places, scope }) =>
      places.has(place) && (scope === undefined || recipient.scopes.includes(scope)),
  )
  return valuesOf(mappings, user, recipient.tenant)
}

/** Those that the application could have by asking for one of its scopes, with their values. */
export const claimsToAskFor = (user: User, { application, tenant }: Recipient): JsonObject =>
  valuesOf(scopedMappings(application, tenant), user, tenant)

export const scopedMappings = (application: Application, tenant: Tenant): readonly ClaimMapping[] =>
  mappingsFor({ application, tenant }).filter(
    ({ scope }) => scope !== undefined && application.scopes.has(scope),
  )

/** APIs read them unless somebody declares otherwise. */
const ROLES: ClaimMapping = {
  name: 'roles',
  places: new Set(['access_token']),
  scope: undefined,
  source: { from: 'roles' },
  matching: undefined,
}

/** The strongest last. */
const mappingsFor = ({
  application,
  tenant,
  resource,
}: Pick<Recipient, 'application' | 'tenant' | 'resource'>): readonly ClaimMapping[] => [
  ROLES,
  ...tenant.claims,
  ...(resource?.claims ?? []),
  ...application.claims,
]

function valuesOf(
  mappings: readonly ClaimMapping[],
  user: User | undefined,
  tenant: Tenant,
): JsonObject {
  const strongest = new Map(mappings.map((mapping) => [mapping.name, mapping]))
  const values = [...strongest].map(([name, mapping]) => [name, claimValue(mapping, user, tenant)])
  return Object.fromEntries(
    values.filter(
      (pair): pair is [string, Json] =>
        typeof pair[0] === 'string' && pair[1] !== undefined && worthSaying(pair[0], pair[1]),
    ),
  )
}

function claimValue(
  { source, matching }: ClaimMapping,
  user: User | undefined,
  tenant: Tenant,
): Json | undefined {
  if (source.from === 'value') return source.value
  if (user === undefined) return undefined
  const value = valueAbout(source, user, tenant)
  if (matching === undefined || !isList(value)) return value
  return value.filter((each) => typeof each === 'string' && fits(each, matching))
}

function valueAbout(
  source: Exclude<ClaimMapping['source'], { readonly from: 'value' }>,
  user: User,
  { roles }: Tenant,
): Json | undefined {
  switch (source.from) {
    case 'user':
      return attribute(source.path, user)
    case 'roles':
      return user.roles
    case 'groups':
      return user.groups
    case 'permissions':
      return [...new Set(user.roles.flatMap((name) => roles.get(name)?.permissions ?? []))].sort()
    case 'template':
      return filled(source.template, user)
  }
}

/** A name may have dots of its own, so the whole is tried before a part. */
function attribute(path: string, user: User): Json | undefined {
  const { username } = user
  return within({ ...knownAbout(user), username }, path)
}

function within(map: JsonObject, path: string): Json | undefined {
  if (Object.hasOwn(map, path)) return map[path]
  for (let dot = path.indexOf('.'); dot > 0; dot = path.indexOf('.', dot + 1)) {
    const inner = Object.hasOwn(map, path.slice(0, dot)) ? map[path.slice(0, dot)] : undefined
    const found = isJsonObject(inner) ? within(inner, path.slice(dot + 1)) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

/** Nothing at all where one of its attributes is missing: half a name is nobody's. */
function filled(template: string, user: User): string | undefined {
  const parts = template
    .split(/\{([^{}]+)\}/)
    .map((part, index) => (index % 2 === 0 ? part : written(attribute(part, user))))
  return parts.includes(undefined) ? undefined : parts.join('')
}

/** Text, numbers and truth have one spelling each; a list and a map have none that all readers would expect. */
function written(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value
  return typeof value === 'number' || typeof value === 'boolean' ? JSON.stringify(value) : undefined
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)
