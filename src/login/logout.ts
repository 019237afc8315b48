import type { Application } from '../model/application.ts'
import type { Context } from '../oauth/context.ts'
import type { Endpoint } from '../oauth/endpoints/endpoint.ts'
import { OAuthError } from '../oauth/errors.ts'
import { type Reply, type Request, seeOther } from '../oauth/exchange.ts'
import { Params } from '../oauth/params.ts'
import { subjectBehind } from '../oauth/subject.ts'
import { verifyJwt } from '../oauth/tokens/verify.ts'
import type { Person } from '../store/port.ts'
import { noSessionCookie } from './cookies.ts'
import { pageCsrf, verifyPageCsrf } from './csrf.ts'
import { logoutFrames } from './frames.ts'
import { html } from './html.ts'
import { checkReturnAddress, onwardFrom } from './onward.ts'
import { confirmSignOutPage, signedOutPage, stillSignedInPage } from './pages/sign-out.tsx'
import { GO_ON, signingOutPage } from './pages/signing-out.tsx'
import { peopleIn } from './person.ts'
import { keepPosted, whatWasAsked } from './posted.ts'

/** Whose request it is, only an ID token would show, and it need not carry one. */
const NO_APPLICATION = ''

/** OpenID Connect RP-Initiated Logout 1.0. Without proof of who asks, the person is asked. */
export const logout: Endpoint = {
  paths: ['/logout'],
  methods: ['GET', 'POST'],
  metadata: 'end_session_endpoint',
  publishes: {
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    frontchannel_logout_supported: true,
    frontchannel_logout_session_supported: true,
  },
  face: 'page',
  takesCrossSitePost: true,
  async handle(request, context) {
    const form = Params.parse(request.form)
    if (request.method === 'POST' && form.optional('csrf') === undefined)
      return comeBack(form, request, context)
    const asked = await readRequest(Params.parse(await whatWasAsked(request, context)), context)
    const people = await peopleIn(request, context)
    if (request.method === 'POST') return confirmed(form, asked, people, request, context)
    const isProven = asked.subject !== undefined && people.every(isAbout(asked.subject))
    return isProven ? end(people, asked, context) : confirm(asked, request, context)
  },
}

interface LogoutRequest {
  /** Whom the ID token is about. */
  readonly subject: string | undefined
  /** Registered, and asked for by its owner. */
  readonly returnTo: string | undefined
  /** Where a form may end up that leads there. */
  readonly leadsTo: readonly string[]
}

async function readRequest(params: Params, context: Context): Promise<LogoutRequest> {
  const hint = params.optional('id_token_hint')
  const claims = hint && (await verifyJwt(hint, { typ: 'JWT', mayBeExpired: true }, context))
  const application = claims ? ownerOf(claims.aud, context) : undefined
  if (hint !== undefined && application === undefined)
    throw new OAuthError('invalid_request', 'id_token_hint is not an ID token of this issuer')
  const clientId = params.optional('client_id')
  if (application && clientId !== undefined && clientId !== application.clientId)
    throw new OAuthError('invalid_request', 'client_id is not whom the ID token was made for')
  const subject = application && (await subjectOf(claims?.sub, application, context))
  const returnTo = returnAddress(params, application, params.optional('state'))
  const leadsTo = application && returnTo !== undefined ? onwardFrom(returnTo, application) : []
  return { subject, returnTo, leadsTo }
}

/** The person's own, whatever the application calls them. */
const subjectOf = async (sub: unknown, application: Application, context: Context) =>
  typeof sub === 'string' ? subjectBehind(sub, application, context) : undefined

function returnAddress(
  params: Params,
  application: Application | undefined,
  state: string | undefined,
): string | undefined {
  const uri = params.optional('post_logout_redirect_uri')
  // Without the hint nobody has shown whose address it is, so it is not used.
  if (uri === undefined || application === undefined) return undefined
  checkReturnAddress(uri, application)
  if (state === undefined) return uri
  return `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams({ state })}`
}

function ownerOf(audience: unknown, { tenant }: Context): Application | undefined {
  const application = typeof audience === 'string' ? tenant.applications.get(audience) : undefined
  return application?.isDisabled ? undefined : application
}

const isAbout =
  (subject: string) =>
  ({ user }: Person): boolean =>
    user.sub === subject

/** Looked at first, so that only what could be answered is kept. */
async function comeBack(form: Params, request: Request, context: Context): Promise<Reply> {
  await readRequest(form, context)
  return keepPosted(request, NO_APPLICATION, context)
}

function confirm(asked: LogoutRequest, request: Request, context: Context): Reply {
  const { tenant } = context
  const csrf = pageCsrf(request, context, 'logout')
  const action = `${tenant.path}/logout?${request.query}`
  const body = confirmSignOutPage({ tenant, action, csrf: csrf.token })
  return html(body, {
    tenant,
    headers: { 'set-cookie': csrf.cookies },
    leadsTo: asked.leadsTo,
  })
}

async function confirmed(
  form: Params,
  asked: LogoutRequest,
  people: readonly Person[],
  request: Request,
  context: Context,
): Promise<Reply> {
  const { tenant } = context
  verifyPageCsrf(form.optional('csrf'), request, context, 'logout')
  if (form.optional('action') === 'logout') return end(people, asked, context)
  if (form.optional('action') === 'stay') return html(stillSignedInPage({ tenant }), { tenant })
  return confirm(asked, request, context)
}

async function end(
  people: readonly Person[],
  { returnTo }: LogoutRequest,
  { tenant, store, now }: Context,
): Promise<Reply> {
  const ended = await Promise.all(people.map(({ session }) => store.sessions.end(session.uid, now)))
  // Where no session came along, a cookie that we were not shown stays as it is.
  const headers = people.length === 0 ? {} : { 'set-cookie': noSessionCookie(tenant) }
  const frames = logoutFrames(ended.flat(), tenant)
  if (frames.length > 0) {
    const script = returnTo === undefined ? {} : { script: GO_ON }
    const body = signingOutPage({ tenant, frames, returnTo })
    return html(body, { tenant, headers, frames, ...script })
  }
  if (returnTo !== undefined) return seeOther(returnTo, headers)
  return html(signedOutPage({ tenant }), { tenant, headers })
}
