import { signIn } from '../../accounts/index.ts'
import { digest } from '../../base/digest.ts'
import { ulid } from '../../base/id.ts'
import type { Passwords } from '../../base/password.ts'
import { ACR_VALUES, type Session } from '../../model/session.ts'
import type { User } from '../../model/user.ts'
import type { Context } from '../../oauth/context.ts'
import type { Endpoint } from '../../oauth/endpoints/endpoint.ts'
import { OAuthError } from '../../oauth/errors.ts'
import { type Reply, type Request, seeOther } from '../../oauth/exchange.ts'
import { Params } from '../../oauth/params.ts'
import { browserWords } from '../browser-words.ts'
import {
  browserCookie,
  cookieSecret,
  markOf,
  newSecret,
  noFlowCookie,
  sessionCookie,
  sessionDigest,
  withCookies,
} from '../cookies.ts'
import { csrfToken, verifyCsrf } from '../csrf.ts'
import { dispatch, nextStep } from '../dispatch.ts'
import { addressOf, type Flow, findFlow, finished, isVisit, type Visit } from '../flow.ts'
import { html } from '../html.ts'
import { onwardFrom } from '../onward.ts'
import { signInPage } from '../pages/sign-in.tsx'
import { peopleIn, personFor } from '../person.ts'
import { respond } from '../respond.ts'

/** The sign-in page. It says one thing about every failure. */
export const passwordStep = (passwords: Passwords): Endpoint => ({
  paths: ['/login'],
  methods: ['GET', 'POST'],
  face: 'page',
  takesGuesses: true,
  async handle(request, context) {
    const flow = await findFlow(request, context)
    if (request.method === 'GET') return show(flow, request, context)
    const form = Params.parse(request.form)
    verifyCsrf(form.optional('csrf'), csrfFor(flow))
    if (form.optional('action') === 'cancel' && !isVisit(flow)) return cancel(flow, context)
    if (form.optional('action') !== 'sign-in') return show(flow, request, context)
    return attempt(form, flow, request, { ...context, passwords })
  },
})

const csrfFor = ({ secret, id }: Flow | Visit): string => csrfToken(secret, 'login', id)

async function show(flow: Flow | Visit, request: Request, context: Context): Promise<Reply> {
  const people = await peopleIn(request, context)
  if (isVisit(flow))
    return people.length > 0 ? goBack(flow, context) : page(flow, context, '', false)
  const person = personFor(people, flow.request, flow.interaction)
  const standing = { ...flow, flow, person }
  const { need } = await nextStep(standing, context)
  if (need !== 'login') return dispatch(standing, context)
  const chosen = flow.interaction.chosenSessionUid === undefined ? undefined : person?.user
  return page(flow, context, chosen?.username ?? flow.request.loginHint ?? '', false)
}

function page(flow: Flow | Visit, { tenant }: Context, username: string, failed: boolean): Reply {
  const asked = isVisit(flow) ? undefined : flow
  const body = signInPage({
    tenant,
    application: asked?.application,
    action: addressOf('login', flow, tenant),
    csrf: csrfFor(flow),
    username,
    failed,
  })
  const leadsTo = asked && { leadsTo: onwardFrom(asked.request.redirectUri, asked.application) }
  return html(body, { tenant, status: failed ? 400 : 200, ...leadsTo })
}

async function attempt(
  form: Params,
  flow: Flow | Visit,
  request: Request,
  context: Context & { readonly passwords: Passwords },
): Promise<Reply> {
  const { tenant } = context
  const login = form.optional('username')
  const password = form.optional('password')
  const known = cookieSecret('browser', request, tenant)
  const browser = known ?? newSecret(context.random)
  const user =
    login === undefined || password === undefined
      ? undefined
      : await signIn(
          { login, password, browser: digest(browser) },
          { ...context, policy: tenant.signIn },
        )
  const entered = user && (await enter(user, flow, request, context))
  if (entered === undefined) return page(flow, context, login ?? '', true)
  const remembered = known === undefined ? [browserCookie(browser, tenant)] : []
  return withCookies(entered, remembered)
}

/**
 * The cookie is new at every sign-in; the session is, too, unless the same person renews theirs. Undefined where they
 * were disabled, or got another password, while theirs was verified.
 */
async function enter(
  user: User,
  flow: Flow | Visit,
  request: Request,
  context: Context,
): Promise<Reply | undefined> {
  const { tenant, store, now, random } = context
  const secret = newSecret(random)
  const session = await store.sessions.signIn(
    {
      previousDigest: sessionDigest(request, tenant),
      digest: digest(secret),
      browserUid: ulid(context.nowMs, random),
      session: newSession(user, context),
      browserWords: browserWords(request.header('user-agent')),
      interactionDigest: isVisit(flow) ? undefined : flow.interaction.digest,
      passwordHash: user.passwordHash,
    },
    now,
  )
  if (session === undefined) return undefined
  return withCookies(await goOn(user, session, flow, context), [sessionCookie(secret, tenant)])
}

async function goOn(
  user: User,
  session: Session,
  flow: Flow | Visit,
  context: Context,
): Promise<Reply> {
  if (isVisit(flow)) return goBack(flow, context)
  const interaction = { ...flow.interaction, authenticatedSessionUid: session.uid }
  const renewed = { ...flow, interaction }
  return dispatch({ ...renewed, flow: renewed, person: { session, user } }, context)
}

const newSession = (user: User, { tenant, now, nowMs, random }: Context): Session => ({
  uid: ulid(nowMs, random),
  userUid: user.uid,
  authTime: now,
  acr: ACR_VALUES[0],
  amr: ['pwd'], // RFC 8176 §2
  idleExpiresAt: now + Math.min(tenant.session.idle, tenant.session.absolute),
  expiresAt: now + tenant.session.absolute,
})

/** To the page that wanted somebody; the flow is over, whoever ends it first. */
async function goBack(visit: Visit, { store, now, tenant }: Context): Promise<Reply> {
  await store.interactions.refuse(visit.interaction, now)
  return seeOther(visit.returnTo, { 'set-cookie': [noFlowCookie(markOf(visit.id), tenant)] })
}

/** The person said no: the application is told, once. */
export async function cancel(flow: Flow, context: Context): Promise<Reply> {
  const { store, now, tenant } = context
  if (!(await store.interactions.refuse(flow.interaction, now)))
    throw finished(flow.application, tenant)
  const error = new OAuthError('access_denied', 'the person did not allow it')
  return withCookies(respond(flow.request, { error }, { tenant, application: flow.application }), [
    noFlowCookie(markOf(flow.id), tenant),
  ])
}
