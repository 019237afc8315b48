import { isJsonObject, type Json, type JsonObject } from '../base/json.ts'
import type { Application } from '../model/application.ts'
import { type ClaimsRequest, SERVER_CLAIMS } from '../model/claims.ts'
import type { Tenant } from '../model/tenant.ts'
import type { User } from '../model/user.ts'

/** OpenID Connect Core §5.1: the standard claims that are not text. */
const TYPES: Readonly<Record<string, (value: Json) => boolean>> = {
  email_verified: (value) => typeof value === 'boolean',
  phone_number_verified: (value) => typeof value === 'boolean',
  updated_at: (value) => typeof value === 'number',
  address: isJsonObject,
}

const TEXT: ReadonlySet<string> = new Set(
  'name family_name given_name middle_name nickname preferred_username profile picture website gender birthdate zoneinfo locale email phone_number'.split(
    ' ',
  ),
)

/** Whom claims are for, and what was asked. */
export interface Audience {
  readonly application: Application
  readonly tenant: Tenant
  readonly scopes: readonly string[]
  readonly asked: ClaimsRequest
}

/** What userinfo says about a person: by scope, and what was asked for by name. */
export function userinfoClaims(user: User, audience: Audience): JsonObject {
  const { scopes, tenant, asked } = audience
  const names = [...claimsBehind(scopes, tenant), ...stillWithin(asked.userinfo, audience)]
  return { ...claimsNamed(names, user), sub: user.sub }
}

/** What an ID token says about a person beyond who they are: only what was asked for by name. */
export const idTokenClaims = (user: User, audience: Audience): JsonObject =>
  claimsNamed(stillWithin(audience.asked.idToken, audience), user)

/** Also what was granted long ago ends when the configuration takes it away. */
function stillWithin(names: readonly string[], { application, tenant }: Audience) {
  const within = claimsWithin(application, tenant)
  return names.filter((name) => within.has(name))
}

/** The names of the claims that these scopes release. */
export const claimsBehind = (scopes: Iterable<string>, tenant: Tenant): ReadonlySet<string> =>
  new Set([...scopes].flatMap((scope) => tenant.scopes.get(scope)?.claims ?? []))

/** Those that an application could have by asking for all of its scopes. */
export const claimsWithin = ({ scopes }: Application, tenant: Tenant): ReadonlySet<string> =>
  claimsBehind(scopes, tenant)

/** Nothing empty, nothing the server itself says, and every standard claim of its type (§5.3.2). */
function claimsNamed(names: Iterable<string>, user: User): JsonObject {
  const wanted = new Set(names)
  return Object.fromEntries(
    Object.entries(knownAbout(user)).filter(
      ([name, value]) =>
        wanted.has(name) && !SERVER_CLAIMS.has(name) && !isEmpty(value) && isOfItsType(name, value),
    ),
  )
}

/** The account's own fields win over free claims of the same name. */
const knownAbout = ({ claims, email, username, roles, ...user }: User): JsonObject => ({
  preferred_username: username,
  ...claims,
  email: email ?? null,
  email_verified: email === undefined ? null : user.emailVerified,
  updated_at: user.updatedAt,
  roles,
})

const isEmpty = (value: Json): boolean =>
  value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0)

function isOfItsType(name: string, value: Json): boolean {
  if (TEXT.has(name)) return typeof value === 'string'
  return Object.hasOwn(TYPES, name) ? (TYPES[name]?.(value) ?? true) : true
}
