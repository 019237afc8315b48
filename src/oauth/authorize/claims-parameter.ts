/** The `claims` parameter (OpenID Connect Core §5.5): single claims, asked for by name. */
import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts'
import type { Application } from '../../model/application.ts'
import { type ClaimsRequest, NO_CLAIMS } from '../../model/claims.ts'
import { ACR_VALUES } from '../../model/session.ts'
import type { Tenant } from '../../model/tenant.ts'
import { claimsBehind, claimsWithin } from '../claims.ts'
import type { Context } from '../context.ts'
import { OAuthError } from '../errors.ts'
import type { Params } from '../params.ts'
import { parseScope } from '../scope.ts'
import { subjectBehind } from '../subject.ts'

const MAX_LENGTH = 4096

/** What is said of one claim; nothing, by `null`. */
interface Wish {
  readonly isEssential: boolean
  /** Any of these, if there are some. */
  readonly values: readonly Json[]
}

type Wishes = ReadonlyMap<string, Wish>

interface AskedClaims {
  readonly userinfo: Wishes
  readonly idToken: Wishes
}

const NOTHING: AskedClaims = { userinfo: new Map(), idToken: new Map() }

/** What was asked for, whoever asked. Members that the specification does not know are passed over. */
function askedClaims(params: Params): AskedClaims {
  const text = params.optional('claims')
  if (text === undefined) return NOTHING
  if (text.length > MAX_LENGTH) throw new OAuthError('invalid_request', 'claims is too long')
  const asked = parse(text)
  return { userinfo: wishesIn(asked.userinfo), idToken: wishesIn(asked.id_token) }
}

function parse(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text)
    if (isJsonObject(value)) return value
  } catch {
    // Said below.
  }
  throw malformed('not a JSON object')
}

function wishesIn(member: Json | undefined): Wishes {
  if (member === undefined) return new Map()
  if (!isJsonObject(member)) throw malformed('a member is not an object')
  return new Map(Object.entries(member).map(([name, wish]) => [name, wishOf(wish)]))
}

function wishOf(wish: Json): Wish {
  if (wish === null) return { isEssential: false, values: [] }
  if (!isJsonObject(wish)) throw malformed('a claim is neither null nor an object')
  const { essential = false, value, values = [] } = wish
  if (typeof essential !== 'boolean') throw malformed('essential is not a boolean')
  if (!isList(values)) throw malformed('values is not a list')
  return { isEssential: essential, values: value === undefined ? values : [value, ...values] }
}

/**
 * OpenID Connect Core §5.5.1.1: an essential `acr` of given values that nobody can reach here is a failed
 * authentication. Every session has one of those that can be reached.
 */
export function checkClaims(params: Params): void {
  const wish = askedClaims(params).idToken.get('acr')
  if (!wish?.isEssential || wish.values.length === 0) return
  if (!ACR_VALUES.some((acr) => wish.values.includes(acr)))
    throw new OAuthError('unmet_authentication_requirements', 'no acr asked for can be reached')
}

/** The person that a `sub` with a value means: it works like the hint by an ID token. */
export async function claimedSubject(
  params: Params,
  application: Application,
  context: Pick<Context, 'store'>,
): Promise<string | null> {
  const { userinfo, idToken } = askedClaims(params)
  const values = [userinfo, idToken].flatMap((wishes) => wishes.get('sub')?.values ?? [])
  const [subject, other] = new Set(values)
  if (subject === undefined) return null
  if (typeof subject !== 'string' || other !== undefined)
    throw malformed('sub has more than one value, or no text')
  return subjectBehind(subject, application, context)
}

/** What may be released of it: a claim that a scope covers for which the application is registered. */
export function requestedClaims(
  params: Params,
  application: Application,
  tenant: Tenant,
): ClaimsRequest {
  // Without `openid` there is neither an ID token nor userinfo to put them in.
  if (!parseScope(params.optional('scope')).includes('openid')) return NO_CLAIMS
  const { userinfo, idToken } = askedClaims(params)
  const within = claimsWithin(application, tenant)
  const allowed = (wishes: Wishes) => [...wishes.keys()].filter((name) => within.has(name))
  return { userinfo: allowed(userinfo), idToken: allowed(idToken) }
}

/** Those that no scope of the request covers: the person has to hear of them by name. */
export function claimsToName(
  { userinfo, idToken }: ClaimsRequest,
  scopes: readonly string[],
  tenant: Tenant,
): readonly string[] {
  const covered = claimsBehind(scopes, tenant)
  return [...new Set([...userinfo, ...idToken])].filter((name) => !covered.has(name))
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)

const malformed = (why: string): OAuthError =>
  new OAuthError('invalid_request', 'claims is not a claims request', { why })
