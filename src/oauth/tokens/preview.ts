import type { JsonObject } from '../../base/json.ts'
import type { EpochSeconds } from '../../base/time.ts'
import type { Application } from '../../model/application.ts'
import { type ClaimsRequest, NO_CLAIMS } from '../../model/claims.ts'
import type { SigningAlgorithm } from '../../model/key.ts'
import { ACR_VALUES } from '../../model/session.ts'
import type { Tenant } from '../../model/tenant.ts'
import type { User } from '../../model/user.ts'
import { userinfoClaims } from '../claims.ts'
import type { Client } from '../client-auth/index.ts'
import { type Entitlement, entitle, type RefreshTerms } from '../entitle.ts'
import { OAuthError } from '../errors.ts'
import type { Owner, Proof } from '../grants/grant.ts'
import { mayAskFor, ownersOf, resourceNamed } from '../resource.ts'
import { accessTokenClaims, accessTokenRow } from './access-token.ts'
import { idTokenBody } from './id-token.ts'

export interface PreviewRequest {
  readonly tenant: Tenant
  readonly application: Application
  /** `undefined` for the application on its own behalf. */
  readonly user: User | undefined
  readonly scopes: readonly string[]
  readonly resource: string | undefined
  readonly now: EpochSeconds
}

export interface Preview {
  readonly scopes: readonly string[]
  readonly accessToken: {
    readonly format: 'jwt' | 'opaque'
    readonly algorithm: SigningAlgorithm | undefined
    readonly audience: string
    readonly lifetime: number
    /** None of an opaque one: it says nothing. */
    readonly claims: JsonObject
  }
  readonly idToken: JsonObject | undefined
  readonly userinfo: JsonObject | undefined
  readonly refreshToken: RefreshTerms | undefined
}

type Instant = Pick<PreviewRequest, 'tenant' | 'now'>

/** In place of what only issuing makes. */
const MADE_LATER = '<made when issued>'
const NO_KEY = Buffer.alloc(0)

/** What the tokens of this request would say. Nothing is signed, stored or asked of a database. */
export function previewTokens(request: PreviewRequest): Preview {
  const { application, user, scopes } = request
  const asked = { ...request, claims: NO_CLAIMS }
  return previewOf(
    {
      owner: user && ownerFor(user, asked),
      scopes,
      resources: resourcesFor(request),
      nonce: undefined,
      family: 'none',
    },
    application,
    request,
  )
}

/** What the tokens would say that this proof buys the application. */
export function previewOf(
  proof: Omit<Proof, 'settle'>,
  application: Application,
  { tenant, now }: Instant,
): Preview {
  const settle = () => Promise.reject(new Error('a preview settles nothing'))
  // Nobody has to prove to be this client where nothing is issued.
  const entitlement = entitle({ ...proof, settle }, application as Client, { tenant, now })
  const { access, scopes, refresh } = entitlement
  const row = accessTokenRow(entitlement, NO_KEY, now)
  const isJwt = access.algorithm !== undefined
  const body = idTokenBody(entitlement, { tenant, now })
  return {
    scopes,
    accessToken: {
      format: isJwt ? 'jwt' : 'opaque',
      algorithm: access.algorithm,
      audience: access.audience,
      lifetime: access.lifetime,
      claims: isJwt ? accessTokenClaims(entitlement, row, MADE_LATER, { tenant }) : {},
    },
    idToken: body && { ...body, at_hash: MADE_LATER },
    userinfo: userinfoOf(entitlement, tenant),
    refreshToken: refresh,
  }
}

function resourcesFor({ tenant, application, scopes, resource }: PreviewRequest) {
  if (resource === undefined) return ownersOf(scopes, tenant)
  const found = resourceNamed(resource, tenant)
  if (found === undefined || !mayAskFor(found, application))
    throw new OAuthError('invalid_target', 'the client may not ask for this resource')
  return [found.identifier]
}

interface Allowed extends Pick<PreviewRequest, 'application' | 'scopes' | 'now'> {
  readonly claims: ClaimsRequest
}

/** A sub is random and kept in the database: the documents do not tell it. */
export function ownerFor(user: User, { application, scopes, claims, now }: Allowed): Owner {
  const { sector } = application
  return {
    user,
    subject: sector === undefined ? user.sub : `${user.sub} at ${sector}`,
    authorization: {
      uid: '',
      applicationUid: application.uid,
      userUid: user.uid,
      sessionUid: '',
      sid: MADE_LATER,
      scopes,
      resources: [],
      claims,
      authTime: now,
      acr: ACR_VALUES[0],
      amr: ['pwd'],
      nonce: undefined,
      isOffline: false,
      createdAt: now,
    },
  }
}

function userinfoOf({ client, proof, scopes }: Entitlement, tenant: Tenant) {
  const { owner } = proof
  if (owner === undefined || !scopes.includes('openid')) return undefined
  const audience = { application: client, tenant, scopes, asked: owner.authorization.claims }
  return { ...userinfoClaims(owner.user, audience), sub: owner.subject }
}
