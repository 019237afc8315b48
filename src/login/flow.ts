import { digest } from '../base/digest.ts'
import { randomToken } from '../base/random.ts'
import type { Seconds } from '../base/time.ts'
import type { Application } from '../model/application.ts'
import type { Tenant } from '../model/tenant.ts'
import { type AuthorizationRequest, storedRequest } from '../oauth/authorize/index.ts'
import type { Context } from '../oauth/context.ts'
import { OAuthError } from '../oauth/errors.ts'
import type { Request } from '../oauth/exchange.ts'
import { Params } from '../oauth/params.ts'
import type { Interaction } from '../store/port.ts'
import { cookieSecret } from './cookies.ts'

/** How long a person may take from the first page to the last. */
export const FLOW_LIFETIME: Seconds = 30 * 60

/** An authorization request under way, as stored, seen by the browser that began it. */
export interface Flow {
  readonly id: string
  readonly interaction: Interaction
  readonly request: AuthorizationRequest
  readonly application: Application
  readonly browserSecret: string
}

export async function beginFlow(
  request: AuthorizationRequest,
  application: Application,
  browserSecret: string,
  context: Context,
): Promise<Flow> {
  const id = randomToken(context.random)
  const interaction: Interaction = {
    digest: digest(id),
    applicationUid: application.uid,
    browserDigest: digest(browserSecret),
    request,
    createdAt: context.now,
    expiresAt: context.now + FLOW_LIFETIME,
    authenticatedSessionUid: undefined,
    completedAt: undefined,
  }
  await context.store.interactions.begin(interaction)
  return { id, interaction, request, application, browserSecret }
}

/** What the store says now. Whatever does not fit is one refusal: nothing is told to a guesser. */
export async function findFlow(request: Request, context: Context): Promise<Flow> {
  const id = Params.parse(request.query).optional('interaction')
  const browserSecret = cookieSecret('browser', request, context.tenant)
  if (id === undefined || browserSecret === undefined) throw outOfDate()
  const interaction = await context.store.interactions.find(digest(id), context.now)
  if (interaction?.browserDigest !== digest(browserSecret)) throw outOfDate()
  if (interaction.completedAt !== undefined) throw finished()
  const application = context.tenant.applicationsByUid.get(interaction.applicationUid)
  if (application === undefined || application.isDisabled) throw outOfDate()
  return {
    id,
    interaction,
    request: storedRequest(interaction.request),
    application,
    browserSecret,
  }
}

export const addressOf = (step: 'login' | 'consent', { id }: Flow, { path }: Tenant): string =>
  `${path}/${step}?interaction=${id}`

export const finished = (): OAuthError =>
  new OAuthError('invalid_request', 'this sign-in has already been finished')

const outOfDate = (): OAuthError =>
  new OAuthError('invalid_request', 'this sign-in has expired or began in another browser')
