import type { Application } from '../model/application.ts'
import type { Session } from '../model/session.ts'
import {
  type AuthorizationRequest,
  allowedIn,
  codeFor,
  type Decision,
  decide,
} from '../oauth/authorize/index.ts'
import { claimsBehind } from '../oauth/claims.ts'
import type { Context } from '../oauth/context.ts'
import { type Reply, seeOther } from '../oauth/exchange.ts'
import type { Person } from '../store/port.ts'
import { markOf, noFlowCookie, withCookies } from './cookies.ts'
import { addressOf, type Flow, finished } from './flow.ts'
import { respond } from './respond.ts'

export interface Standing {
  readonly request: AuthorizationRequest
  readonly application: Application
  /** Undefined before the first page is shown. */
  readonly flow: Flow | undefined
  /** Of a request that was pushed; in the flow, once there is one. */
  readonly pushedKey?: Buffer | undefined
  readonly person: Person | undefined
  readonly hasJustConsented?: boolean
}

/** Whether the person is asked which of those signed in to this browser they are, and may think again. */
export const mayChoose = ({ request, interaction }: Flow): boolean =>
  request.prompts.includes('select_account') && interaction.authenticatedSessionUid === undefined

/** What is needed next, from what the store says now. */
export async function nextStep(standing: Standing, context: Context): Promise<Decision> {
  const { request, application, flow, person } = standing
  return decide({
    request,
    application,
    session: person?.session,
    subject: person?.user.sub,
    consent: person && (await consentOf(person, application, context)),
    hasJustConsented: standing.hasJustConsented ?? false,
    interaction: flow?.interaction,
    now: context.now,
  })
}

/**
 * Whoever allowed a scope has allowed the claims behind it. Where it is skipped, what was allowed before does not
 * matter.
 */
async function consentOf({ user }: Person, application: Application, context: Context) {
  if (application.consent === 'skip') return undefined
  const consent = await context.store.consents.find(user.uid, application.uid)
  if (consent === undefined) return undefined
  const claims = [...consent.claims, ...claimsBehind(consent.scopes, context.tenant)]
  return { ...consent, claims }
}

/** Every step ends here: on to the next page, or back to the application. */
export async function dispatch(
  standing: Standing & { readonly flow: Flow },
  context: Context,
): Promise<Reply> {
  const decision = await nextStep(standing, context)
  if (decision.need === 'nothing') return finish(standing, decision.session, context)
  const step = decision.need
  return seeOther(addressOf(step, standing.flow, context.tenant))
}

/** The code. One of any number of parallel calls for a flow wins it. */
export async function finish(
  { request, application, flow, pushedKey }: Standing,
  session: Session,
  context: Context,
): Promise<Reply> {
  const { store, now, tenant } = context
  const allowed = allowedIn(session, request, context)
  const { code, row } = codeFor(request, application, context)
  const isFirst =
    flow === undefined
      ? await store.authorizations.create(allowed, row, pushedKey)
      : await store.interactions.complete(flow.interaction, allowed, row, now)
  if (!isFirst) throw finished(application, tenant)
  const over = flow === undefined ? [] : [noFlowCookie(markOf(flow.id), tenant)]
  return withCookies(respond(request, { code }, { tenant, application }), over)
}
