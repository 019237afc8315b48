/**
 * The authorization request (RFC 6749 §4.1.1) in two phases. What `identify` throws is a page: there is
 * nowhere to redirect to yet. What `validate` throws is a redirect with `state` and `iss`.
 */
import { isJsonObject, type JsonObject } from '../../base/json.ts'
import type { Application } from '../../model/application.ts'
import type { ClaimsRequest } from '../../model/claims.ts'
import type { Context } from '../context.ts'
import { OAuthError } from '../errors.ts'
import type { Params } from '../params.ts'
import { parseScope } from '../scope.ts'
import { CHECKS, type Prompt, promptsOf, requestedResources } from './checks.ts'
import { claimedSubject, claimsToName, requestedClaims } from './claims-parameter.ts'
import { hintedSubject } from './hint.ts'
import { applicationNamed } from './presented.ts'
import { isRegisteredRedirectUri } from './redirect-uri.ts'
import type { Target } from './respond.ts'
import { type ResponseMode, responseModeFor } from './response-mode.ts'

/** Where an answer may go, known before anything else about the request is. */
export interface Identified extends Target {
  readonly application: Application
}

/** A valid request, as it is stored while the person signs in. Absent members are null: it is JSON. */
export type AuthorizationRequest = {
  readonly applicationUid: string
  readonly clientId: string
  /** As presented, which is where the answer goes. */
  readonly redirectUri: string
  readonly responseMode: ResponseMode
  readonly state: string | null
  readonly scopes: readonly string[]
  /** As registered. */
  readonly resources: readonly string[]
  /** Asked for by name, as far as the application may have them. */
  readonly claims: ClaimsRequest
  /** Those of them that none of the scopes covers. */
  readonly namedClaims: readonly string[]
  readonly nonce: string | null
  readonly codeChallenge: string | null
  readonly prompts: readonly Prompt[]
  readonly maxAge: number | null
  readonly loginHint: string | null
  /** The `sub` that the answer has to be about. */
  readonly hintedSubject: string | null
  readonly uiLocales: string | null
}

/** First phase: who asks, and where the answer may go. */
export function identify(params: Params, { tenant }: Pick<Context, 'tenant'>): Identified {
  const application = applicationNamed(params, tenant)
  const redirectUri = params.required('redirect_uri')
  if (!isRegisteredRedirectUri(redirectUri, application))
    throw new OAuthError('invalid_request', 'redirect_uri is not registered', {
      clientId: application.clientId,
      redirectUri,
    })
  return {
    application,
    redirectUri,
    responseMode: responseModeFor(params, redirectUri),
    state: params.optional('state') ?? null,
  }
}

/** Second phase: what is asked, and whether it may be. */
export async function validate(
  params: Params,
  identified: Identified,
  context: Pick<Context, 'tenant' | 'keys' | 'now' | 'store'>,
): Promise<AuthorizationRequest> {
  const { application } = identified
  return {
    ...unhinted(params, identified, context),
    hintedSubject: theSubject(
      await hintedSubject(params, application, context),
      await claimedSubject(params, application, context),
    ),
  }
}

/** All of it but whom it is about, which only keys and the store know. */
export function unhinted(
  params: Params,
  { application, redirectUri, responseMode, state }: Identified,
  { tenant }: Pick<Context, 'tenant'>,
): Omit<AuthorizationRequest, 'hintedSubject'> {
  params.refuseRepeated()
  for (const check of CHECKS) check({ params, application, tenant })
  const scopes = grantableScopes(params, application)
  const claims = requestedClaims(params, application, tenant)
  return {
    applicationUid: application.uid,
    clientId: application.clientId,
    redirectUri,
    responseMode,
    state,
    scopes,
    resources: requestedResources(params, tenant),
    claims,
    namedClaims: claimsToName(claims, scopes, tenant),
    nonce: params.optional('nonce') ?? null,
    codeChallenge: params.optional('code_challenge') ?? null,
    prompts: promptsOf(params),
    maxAge: numberOrNull(params.optional('max_age')),
    loginHint: params.optional('login_hint') ?? null,
    uiLocales: params.optional('ui_locales') ?? null,
  }
}

/** Reads back what was stored with an interaction. */
export function storedRequest(value: JsonObject): AuthorizationRequest {
  if (!isJsonObject(value) || typeof value.redirectUri !== 'string')
    throw new Error('the stored authorization request is not one')
  return value as AuthorizationRequest
}

/** OpenID Connect Core §11: `offline_access` means nothing to a client that cannot refresh. */
export const grantableScopes = (params: Params, { grants }: Application): readonly string[] =>
  parseScope(params.optional('scope')).filter(
    (name) => name !== 'offline_access' || grants.has('refresh_token'),
  )

const numberOrNull = (text: string | undefined): number | null =>
  text === undefined ? null : Number(text)

/** Two hints that name different people cannot both be met. */
function theSubject(hinted: string | null, claimed: string | null): string | null {
  if (hinted !== null && claimed !== null && hinted !== claimed)
    throw new OAuthError('invalid_request', 'id_token_hint and claims are about different people')
  return hinted ?? claimed
}
