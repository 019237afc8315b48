import type { JsonObject } from '../../base/json.ts'
import type { EpochSeconds } from '../../base/time.ts'
import type { Application } from '../../model/application.ts'
import { NO_CLAIMS } from '../../model/claims.ts'
import type { SigningAlgorithm } from '../../model/key.ts'
import { ACR_VALUES } from '../../model/session.ts'
import type { Tenant } from '../../model/tenant.ts'
import type { User } from '../../model/user.ts'
import { userinfoClaims } from '../claims.ts'
import type { Client } from '../client-auth/index.ts'
import { type Entitlement, entitle } from '../entitle.ts'
import { OAuthError } from '../errors.ts'
import type { Owner } from '../grants/grant.ts'
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
}

/** In place of what only issuing makes. */
const MADE_LATER = '<made when issued>'
const NO_KEY = Buffer.alloc(0)

/** What the tokens of this request would say. Nothing is signed, stored or asked of a database. */
export function previewTokens(request: PreviewRequest): Preview {
  const { tenant, now } = request
  const entitlement = entitlementFor(request)
  const { access, scopes } = entitlement
  const row = accessTokenRow(entitlement, NO_KEY, now)
  const isJwt = access.algorithm !== undefined
  return {
    scopes,
    accessToken: {
      format: isJwt ? 'jwt' : 'opaque',
      algorithm: access.algorithm,
      audience: access.audience,
      lifetime: access.lifetime,
      claims: isJwt ? accessTokenClaims(entitlement, row, MADE_LATER, { tenant }) : {},
    },
    idToken: idTokenBody(entitlement, MADE_LATER, { tenant, now }),
    userinfo: userinfoOf(entitlement, tenant),
  }
}

function entitlementFor(request: PreviewRequest): Entitlement {
  const { tenant, application, user, scopes, now } = request
  const proof = {
    owner: user && ownerFor(user, request),
    scopes,
    resources: resourcesFor(request),
    nonce: undefined,
    family: 'none' as const,
    settle: () => Promise.reject(new Error('a preview settles nothing')),
  }
  // Nobody has to prove to be this client where nothing is issued.
  return entitle(proof, application as Client, { tenant, now })
}

function resourcesFor({ tenant, application, scopes, resource }: PreviewRequest) {
  if (resource === undefined) return ownersOf(scopes, tenant)
  const found = resourceNamed(resource, tenant)
  if (found === undefined || !mayAskFor(found, application))
    throw new OAuthError('invalid_target', 'the client may not ask for this resource')
  return [found.identifier]
}

/** A sub is random and kept in the database: the documents do not tell it. */
function ownerFor(user: User, { application, scopes, now }: PreviewRequest): Owner {
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
      claims: NO_CLAIMS,
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
  const audience = { application: client, tenant, scopes, asked: NO_CLAIMS }
  return { ...userinfoClaims(owner.user, audience), sub: owner.subject }
}
