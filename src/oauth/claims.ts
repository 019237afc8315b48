/** What a person's claims are released: by scope, by name, and by declaration. */
import type { JsonObject } from '../base/json.ts'
import type { Application } from '../model/application.ts'
import type { ClaimsRequest } from '../model/claims.ts'
import type { Tenant } from '../model/tenant.ts'
import type { User } from '../model/user.ts'
import { knownAbout, worthSaying } from './about.ts'
import {
  claimsToAskFor,
  declaredClaims,
  type Recipient,
  scopedMappings,
} from './declared-claims.ts'

/** Whom claims are for, what was granted, and what was asked for by name. */
export interface Audience extends Recipient {
  readonly asked: ClaimsRequest
}

/** What userinfo says about a person. */
export const userinfoClaims = (user: User, audience: Audience): JsonObject => ({
  ...claimsNamed(claimsBehind(audience.scopes, audience.tenant), knownAbout(user)),
  ...askedClaims(audience.asked.userinfo, user, audience),
  ...declaredClaims('userinfo', user, audience),
})

/** What an ID token says about a person beyond who they are: nothing by scope. */
export const idTokenClaims = (user: User, audience: Audience): JsonObject => ({
  ...askedClaims(audience.asked.idToken, user, audience),
  ...declaredClaims('id_token', user, audience),
})

/**
 * Also what was granted long ago ends when the configuration takes it away. A declaration gives its own
 * value and no other: an attribute of the same name may be what it filters.
 */
function askedClaims(names: readonly string[], user: User, audience: Audience): JsonObject {
  if (names.length === 0) return {}
  const { application, tenant } = audience
  const byScope = claimsNamed(claimsBehind(application.scopes, tenant), knownAbout(user))
  return claimsNamed(new Set(names), { ...byScope, ...claimsToAskFor(user, audience) })
}

/** The names of the claims that these scopes release. */
export const claimsBehind = (scopes: Iterable<string>, tenant: Tenant): ReadonlySet<string> =>
  new Set([...scopes].flatMap((scope) => tenant.scopes.get(scope)?.claims ?? []))

/** Those that an application could have by asking for all of its scopes. */
export const claimsWithin = (application: Application, tenant: Tenant): ReadonlySet<string> =>
  new Set([
    ...claimsBehind(application.scopes, tenant),
    ...scopedMappings(application, tenant).map(({ name }) => name),
  ])

const claimsNamed = (names: ReadonlySet<string>, values: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(values).filter(([name, value]) => names.has(name) && worthSaying(name, value)),
  )
