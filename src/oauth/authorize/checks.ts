import type { Application } from '../../model/application.ts'
import type { Tenant } from '../../model/tenant.ts'
import { OAuthError } from '../errors.ts'
import type { Params } from '../params.ts'
import { CHALLENGE_METHODS, isChallenge } from '../pkce.ts'
import { mayAskFor, namedResources, ownersOf } from '../resource.ts'
import { parseScope } from '../scope.ts'
import { checkClaims } from './claims-parameter.ts'
import { responseModeFor } from './response-mode.ts'

export const RESPONSE_TYPES: readonly string[] = ['code']
export const PROMPTS = ['none', 'login', 'consent', 'select_account'] as const
export type Prompt = (typeof PROMPTS)[number]

const MAX_AGE = /^\d{1,9}$/
/** What is stored and sent back must not grow without bound. */
const MAX_ECHOED = 2048

interface Asked {
  readonly params: Params
  readonly application: Application
  readonly tenant: Tenant
}

/** Every check of an authorization request, in the order they run. Each refuses by throwing. */
export const CHECKS: readonly ((asked: Asked) => void)[] = [
  checkUnsupported,
  checkResponseType,
  checkResponseMode,
  checkLengths,
  checkPkce,
  checkScope,
  checkResources,
  checkPrompt,
  checkMaxAge,
  ({ params }) => checkClaims(params),
]

/** OpenID Connect Core §3.1.2.6: what is not supported is said, not passed over. */
function checkUnsupported({ params }: Asked): void {
  for (const name of ['request_uri', 'registration'] as const)
    if (params.optional(name) !== undefined)
      throw new OAuthError(`${name}_not_supported`, `${name} is not supported`)
}

function checkResponseType({ params, application }: Asked): void {
  if (!RESPONSE_TYPES.includes(params.required('response_type')))
    throw new OAuthError('unsupported_response_type', 'response_type is not supported')
  if (!application.grants.has('authorization_code'))
    throw new OAuthError('unauthorized_client', 'the client may not use this response_type')
}

function checkResponseMode({ params }: Asked): void {
  const mode = params.optional('response_mode')
  if (mode !== undefined && mode !== responseModeFor(params, params.required('redirect_uri')))
    throw new OAuthError('invalid_request', 'response_mode is not supported')
}

function checkLengths({ params }: Asked): void {
  for (const name of ['state', 'nonce', 'login_hint', 'ui_locales'])
    if ((params.optional(name)?.length ?? 0) > MAX_ECHOED)
      throw new OAuthError('invalid_request', `${name} is too long`)
}

function checkPkce({ params, application }: Asked): void {
  const challenge = params.optional('code_challenge')
  const method = params.optional('code_challenge_method')
  if (challenge === undefined) {
    // A public client has nothing else to show that the code is its own (RFC 9700 §2.1.1).
    if (application.pkce === 'required' || application.authMethod === 'none')
      throw new OAuthError('invalid_request', 'code_challenge is missing')
    if (method !== undefined)
      throw new OAuthError('invalid_request', 'code_challenge_method comes without code_challenge')
    return
  }
  // RFC 7636 §4.3: without a method, `plain` is meant.
  if (!CHALLENGE_METHODS.includes(method ?? 'plain'))
    throw new OAuthError('invalid_request', 'code_challenge_method must be S256')
  if (!isChallenge(challenge))
    throw new OAuthError('invalid_request', 'code_challenge is not an S256 challenge')
}

export function checkScope({ params, application, tenant }: Asked): void {
  const scopes = parseScope(params.optional('scope'))
  if (scopes.length === 0) throw new OAuthError('invalid_scope', 'scope is missing')
  const refused = scopes.filter((name) => !application.scopes.has(name) || !tenant.scopes.has(name))
  if (refused.length > 0)
    throw new OAuthError('invalid_scope', 'the client may not ask for this scope', { refused })
}

export function checkResources({ params, application, tenant }: Asked): void {
  const named = namedResources(params, tenant)
  if (!named.every((resource) => mayAskFor(resource, application)))
    throw new OAuthError('invalid_target', 'the client may not ask for this resource')
  const identifiers = named.map(({ identifier }) => identifier)
  const owners = ownersOf(parseScope(params.optional('scope')), tenant)
  if (named.length > 0 && !owners.every((owner) => identifiers.includes(owner)))
    throw new OAuthError('invalid_target', 'scope belongs to a resource that is not asked for')
}

function checkPrompt({ params }: Asked): void {
  const words = wordsOf(params.optional('prompt'))
  if (!words.every(isPrompt)) throw new OAuthError('invalid_request', 'prompt is not supported')
  // OpenID Connect Core §3.1.2.1.
  if (words.includes('none') && words.length > 1)
    throw new OAuthError('invalid_request', 'prompt none stands alone')
}

function checkMaxAge({ params }: Asked): void {
  const maxAge = params.optional('max_age')
  if (maxAge !== undefined && !MAX_AGE.test(maxAge))
    throw new OAuthError('invalid_request', 'max_age is not a number of seconds')
}

export const promptsOf = (params: Params): readonly Prompt[] =>
  wordsOf(params.optional('prompt')).filter(isPrompt)

/** Those named, or those that the scopes belong to. */
export function requestedResources(params: Params, tenant: Tenant): readonly string[] {
  const named = namedResources(params, tenant)
  return named.length > 0
    ? named.map(({ identifier }) => identifier)
    : ownersOf(parseScope(params.optional('scope')), tenant)
}

const wordsOf = (text: string | undefined): readonly string[] => [
  ...new Set((text ?? '').split(' ').filter((word) => word !== '')),
]

const isPrompt = (word: string): word is Prompt => (PROMPTS as readonly string[]).includes(word)
