import { signIn } from '../../accounts/index.ts'
import { digest } from '../../base/digest.ts'
import { ulid } from '../../base/id.ts'
import type { Passwords } from '../../base/password.ts'
import { ACR_VALUES, type Session } from '../../model/session.ts'
import type { User } from '../../model/user.ts'
import { errorRedirect } from '../../oauth/authorize/index.ts'
import type { Context } from '../../oauth/context.ts'
import type { Endpoint } from '../../oauth/endpoints/endpoint.ts'
import { OAuthError } from '../../oauth/errors.ts'
import type { Reply, Request } from '../../oauth/exchange.ts'
import { Params } from '../../oauth/params.ts'
import { newSecret, sessionCookie, sessionDigest } from '../cookies.ts'
import { csrfToken, verifyCsrf } from '../csrf.ts'
import { dispatch, nextStep } from '../dispatch.ts'
import { addressOf, type Flow, findFlow, finished } from '../flow.ts'
import { html } from '../html.ts'
import { signInPage } from '../pages/sign-in.tsx'
import { peopleIn, personFor } from '../person.ts'

/** The sign-in page. It says one thing about every failure. */
export const passwordStep = (passwords: Passwords): Endpoint => ({
  paths: ['/login'],
  methods: ['GET', 'POST'],
  face: 'page',
  async handle(request, context) {
    const flow = await findFlow(request, context)
    if (request.method === 'GET') return show(flow, request, context)
    const form = Params.parse(request.form)
    verifyCsrf(form.optional('csrf'), csrfFor(flow))
    if (form.optional('action') === 'cancel') return cancel(flow, context)
    if (form.optional('action') !== 'sign-in') return show(flow, request, context)
    const login = form.optional('username')
    const password = form.optional('password')
    const browser = digest(flow.browserSecret)
    const world = { ...context, passwords, policy: context.tenant.signIn }
    const user =
      login === undefined || password === undefined
        ? undefined
        : await signIn({ login, password, browser }, world)
    return user ? enter(user, flow, request, context) : page(flow, context, login ?? '', true)
  },
})

const csrfFor = ({ browserSecret, id }: Flow): string => csrfToken(browserSecret, 'login', id)

async function show(flow: Flow, request: Request, context: Context): Promise<Reply> {
  const { authenticatedSessionUid } = flow.interaction
  const people = await peopleIn(request, context)
  const person = personFor(people, authenticatedSessionUid, flow.request.hintedSubject)
  const standing = { ...flow, flow, person }
  const { need } = await nextStep(standing, context)
  if (need !== 'login') return dispatch(standing, context)
  return page(flow, context, flow.request.loginHint ?? '', false)
}

function page(flow: Flow, { tenant }: Context, username: string, failed: boolean): Reply {
  const { application, request } = flow
  const action = addressOf('login', flow, tenant)
  const body = signInPage({ tenant, application, action, csrf: csrfFor(flow), username, failed })
  return html(body, { tenant, status: failed ? 400 : 200, leadsTo: request.redirectUri })
}

/** The cookie is new at every sign-in; the session is, too, unless the same person renews theirs. */
async function enter(user: User, flow: Flow, request: Request, context: Context): Promise<Reply> {
  const { tenant, store, now, random } = context
  const secret = newSecret(random)
  const session = await store.sessions.signIn(
    {
      previousDigest: sessionDigest(request, tenant),
      digest: digest(secret),
      browserUid: ulid(context.nowMs, random),
      session: newSession(user, context),
    },
    now,
  )
  await store.interactions.authenticated(flow.interaction.digest, session.uid)
  const interaction = { ...flow.interaction, authenticatedSessionUid: session.uid }
  const renewed = { ...flow, interaction }
  const standing = { ...renewed, flow: renewed, person: { session, user } }
  const reply = await dispatch(standing, context)
  return { ...reply, headers: { ...reply.headers, 'set-cookie': sessionCookie(secret, tenant) } }
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

/** The person said no: the application is told, once. */
export async function cancel(flow: Flow, { store, now, tenant }: Context): Promise<Reply> {
  if (!(await store.interactions.refuse(flow.interaction.digest, now))) throw finished()
  const refused = new OAuthError('access_denied', 'the person did not allow it')
  return errorRedirect(flow.request, refused, tenant.issuer)
}
