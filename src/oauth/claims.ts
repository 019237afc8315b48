import { isJsonObject, type Json, type JsonObject } from '../base/json.ts'
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

/** What these scopes say about a person: nothing empty, and every standard claim of its type (§5.3.2). */
export function claimsFor(user: User, scopes: readonly string[], tenant: Tenant): JsonObject {
  const names = new Set(scopes.flatMap((scope) => tenant.scopes.get(scope)?.claims ?? []))
  const known = knownAbout(user)
  const released = Object.entries(known).filter(
    ([name, value]) => names.has(name) && !isEmpty(value) && isOfItsType(name, value),
  )
  return { ...Object.fromEntries(released), sub: user.sub }
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
