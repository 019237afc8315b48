import type { EpochSeconds, Seconds } from '../../base/time.ts'
import type { Application } from '../../model/application.ts'
import type { Session } from '../../model/session.ts'
import type { Consent, Interaction } from '../../store/port.ts'
import { OAuthError } from '../errors.ts'
import { mayBeImpersonated } from './redirect-uri.ts'
import type { AuthorizationRequest } from './request.ts'

/** What a request still lacks, or that it lacks nothing. */
export type Decision =
  | { readonly need: 'login'; readonly because: LoginReason }
  | { readonly need: 'select-account' }
  | { readonly need: 'consent' }
  | { readonly need: 'nothing'; readonly session: Session }

export type LoginReason = 'nobody' | 'other_subject' | 'prompt' | 'max_age'

export interface Situation {
  readonly request: AuthorizationRequest
  readonly application: Application
  /** The person signed in to this browser, and what tokens call them. */
  readonly session: Session | undefined
  readonly subject: string | undefined
  /** What they granted this application before. */
  readonly consent: Consent | undefined
  /** They approved this very request a moment ago. */
  readonly hasJustConsented: boolean
  readonly interaction: Interaction | undefined
  readonly now: EpochSeconds
}

/**
 * The one place that says what happens next, asked again after every step. With `prompt=none` it throws
 * instead of asking the person for anything (OpenID Connect Core §3.1.2.6).
 */
export function decide(situation: Situation): Decision {
  const decision = needOf(situation)
  if (decision.need === 'nothing' || !situation.request.prompts.includes('none')) return decision
  // `select_account` stands with no `none`.
  throw decision.need === 'login'
    ? new OAuthError('login_required', 'the person must sign in', { because: decision.because })
    : new OAuthError('consent_required', 'the person must approve the request')
}

function needOf(situation: Situation): Decision {
  const { session } = situation
  if (session === undefined) return { need: 'login', because: 'nobody' }
  if (needsChoice(situation)) return { need: 'select-account' }
  const because = reasonToSignInAgain(session, situation)
  if (because !== undefined) return { need: 'login', because }
  return needsConsent(situation) ? { need: 'consent' } : { need: 'nothing', session }
}

/** Who signed in for this request has said who they are. */
const needsChoice = ({ request, interaction }: Situation): boolean =>
  request.prompts.includes('select_account') &&
  interaction?.authenticatedSessionUid === undefined &&
  interaction?.chosenSessionUid === undefined

function reasonToSignInAgain(session: Session, situation: Situation): LoginReason | undefined {
  const { request, subject, now } = situation
  if (request.hintedSubject !== null && request.hintedSubject !== subject) return 'other_subject'
  // Without this a person who is slow to sign in would be asked for ever.
  if (hasAuthenticatedForThis(session, situation)) return undefined
  if (request.prompts.includes('login')) return 'prompt'
  if (request.maxAge !== null && isOlderThan(request.maxAge, session, now)) return 'max_age'
  return undefined
}

/** No age is young enough for 0: it means the same as `prompt=login` (OpenID Connect Core §3.1.2.1). */
const isOlderThan = (maxAge: Seconds, { authTime }: Session, now: EpochSeconds): boolean =>
  maxAge === 0 || now - authTime > maxAge

/** In this interaction, or at least after it began. */
function hasAuthenticatedForThis(session: Session, { interaction }: Situation): boolean {
  if (interaction === undefined) return false
  return (
    interaction.authenticatedSessionUid === session.uid || session.authTime > interaction.createdAt
  )
}

function needsConsent({ request, application, consent, hasJustConsented }: Situation): boolean {
  if (hasJustConsented) return false
  if (request.prompts.includes('consent')) return true
  if (application.consent === 'skip') return false
  if (mayBeImpersonated(application, request.redirectUri)) return true
  return !(
    request.scopes.every((scope) => consent?.scopes.includes(scope)) &&
    request.resources.every((resource) => consent?.resources.includes(resource)) &&
    request.namedClaims.every((claim) => consent?.claims.includes(claim))
  )
}
