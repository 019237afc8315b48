import { digest } from '../base/digest.ts'
import { mintToken } from '../base/id.ts'
import type { Seconds } from '../base/time.ts'
import type { Application } from '../model/application.ts'
import type { Tenant } from '../model/tenant.ts'
import { type AuthorizationRequest, storedRequest } from '../oauth/authorize/index.ts'
import type { Context } from '../oauth/context.ts'
import { type Reply, type Request, seeOther } from '../oauth/exchange.ts'
import { Params } from '../oauth/params.ts'
import type { Interaction } from '../store/port.ts'
import { cookieSecret, FLOW_LIFETIME, flowCookies, markOf, newSecret } from './cookies.ts'
import { keptPlace, placeIn } from './return-place.ts'
import { SignInOver, type StartAgain, startAgainAt } from './start-again.ts'

/** How long we know which application an expired sign-in was for. */
const REMEMBERED: Seconds = 86_400

/** Whose request a visit is, there is no application to say. */
const NO_APPLICATION = ''

/** Something a person does over several pages, as stored, seen by the browser that began it. */
interface Begun {
  readonly id: string
  readonly interaction: Interaction
  /** In a cookie of its own, so that two tabs of a new browser do not take each other's. */
  readonly secret: string
}

/** An authorization request under way. */
export interface Flow extends Begun {
  readonly request: AuthorizationRequest
  readonly application: Application
}

/** Somebody on the way to a page of ours who has to sign in first. */
export interface Visit extends Begun {
  /** Path and query of the page. */
  readonly returnTo: string
}

/** Stores what begins here and sends the browser to its first step, with the cookie that binds it. */
export const beginFlow = (step: Step, errand: Errand, request: Request, context: Context) =>
  begin(step, () => errand, request, context)

/** The way to a page of ours leads over the sign-in. */
export const beginVisit = (returnTo: string, request: Request, context: Context) =>
  begin('login', (secret) => visitTo(returnTo, secret, context), request, context)

type Errand = Pick<Interaction, 'applicationUid' | 'request' | 'pushedKey'>

const visitTo = (returnTo: string, secret: string, context: Context): Errand => ({
  applicationUid: NO_APPLICATION,
  pushedKey: undefined,
  request: keptPlace(returnTo, secret, context),
})

async function begin(
  step: Step,
  errandFor: (secret: string) => Errand,
  request: Request,
  context: Context,
): Promise<Reply> {
  const { now, nowMs, random, tenant } = context
  const { token: id } = mintToken(nowMs, random)
  const secret = newSecret(random)
  await context.store.interactions.begin({
    ...errandFor(secret),
    digest: digest(id),
    browserDigest: digest(secret),
    createdAt: now,
    expiresAt: now + FLOW_LIFETIME,
    authenticatedSessionUid: undefined,
    chosenSessionUid: undefined,
    completedAt: undefined,
  })
  return seeOther(addressOf(step, { id }, tenant), {
    'set-cookie': flowCookies(markOf(id), secret, request, tenant),
  })
}

/** What the store says now. Whatever does not fit is one refusal: nothing is told to a guesser. */
export async function findFlow(request: Request, context: Context): Promise<Flow | Visit> {
  const begun = await findBegun(request, context)
  const { interaction } = begun
  const returnTo = placeIn(interaction.request, begun.secret, context)
  if (returnTo === null) throw outOfDate()
  if (returnTo !== undefined) return { ...begun, returnTo }
  const application = context.tenant.applicationsByUid.get(interaction.applicationUid)
  if (application === undefined || application.isDisabled) throw outOfDate()
  return { ...begun, request: storedRequest(interaction.request), application }
}

export async function findAuthorizationFlow(request: Request, context: Context): Promise<Flow> {
  const flow = await findFlow(request, context)
  if (isVisit(flow)) throw outOfDate()
  return flow
}

export const isVisit = (flow: Flow | Visit): flow is Visit => 'returnTo' in flow

async function findBegun(request: Request, context: Context): Promise<Begun> {
  const id = Params.parse(request.query).optional('interaction')
  const secret = id && cookieSecret(`flow-${markOf(id)}`, request, context.tenant)
  if (!id) throw outOfDate()
  const { store, now, tenant } = context
  const interaction = await store.interactions.find(digest(id), now - REMEMBERED)
  const application = tenant.applicationsByUid.get(interaction?.applicationUid ?? '')
  if (!secret || interaction?.browserDigest !== digest(secret) || interaction.expiresAt <= now)
    throw outOfDate(startAgainAt(application, tenant))
  if (interaction.completedAt !== undefined) throw finished(application, tenant)
  return { id, interaction, secret }
}

export type Step = 'login' | 'select-account' | 'consent'

export const addressOf = (step: Step, { id }: { readonly id: string }, { path }: Tenant): string =>
  `${path}/${step}?interaction=${id}`

export const finished = (application: Application | undefined, tenant: Tenant): SignInOver =>
  new SignInOver('this sign-in has already been finished', startAgainAt(application, tenant))

const outOfDate = (startAgain?: StartAgain): SignInOver =>
  new SignInOver('this sign-in has expired or began in another browser', startAgain)
