import type { Context } from '../oauth/context.ts'
import type { Endpoint } from '../oauth/endpoints/endpoint.ts'
import { type Reply, type Request, seeOther } from '../oauth/exchange.ts'
import { Params } from '../oauth/params.ts'
import type { SessionRecord } from '../store/port.ts'
import { pageCsrf, verifyPageCsrf } from './csrf.ts'
import { html } from './html.ts'
import { type ListedSession, sessionsPage } from './pages/sessions.tsx'
import type { Person } from './person.ts'
import { ago } from './time-words.ts'
import { isPerson, visitor } from './visit.ts'

const PATH = '/account/sessions'
/** More than anybody reads; the button for all others reaches the rest. */
const SHOWN = 100

/** Where a person sees in which browsers they are signed in, and ends what they do not want. */
export const sessions: Endpoint = {
  paths: [PATH],
  methods: ['GET', 'POST'],
  face: 'page',
  async handle(request, context) {
    const found = await visitor(request, context)
    if (!isPerson(found)) return found
    if (request.method === 'GET') return show(found, request, context)
    const form = Params.parse(request.form)
    verifyPageCsrf(form.optional('csrf'), request, context, 'sessions', found.user.uid)
    await end(form, found, context)
    return seeOther(`${context.tenant.path}${PATH}`)
  },
}

const sessionsOf = ({ user }: Person, { store, now }: Context) =>
  store.sessions.list({ userUid: user.uid, limit: SHOWN }, now)

/** Only among the person's own: what somebody else's is called ends nothing. */
async function end(form: Params, person: Person, context: Context): Promise<void> {
  const { store, now } = context
  const action = form.optional('action')
  if (action === 'end-others') {
    await store.sessions.endAllOf(person.user.uid, now, person.session.uid)
    return
  }
  const wanted = form.optional('session')
  const own = (await sessionsOf(person, context)).find(({ uid }) => uid === wanted)
  // This browser's is ended by signing out, which also tells its applications in frames.
  if (action === 'end' && own !== undefined && own.uid !== person.session.uid)
    await store.sessions.end(own.uid, now)
}

async function show(person: Person, request: Request, context: Context): Promise<Reply> {
  const { tenant } = context
  const csrf = pageCsrf(request, context, 'sessions', person.user.uid)
  const own = await sessionsOf(person, context)
  const listed = own
    .toSorted((left, right) => right.usedAt - left.usedAt)
    .map((session) => listedSession(session, person, context))
  const here = listed.filter(({ isHere }) => isHere)
  const body = sessionsPage({
    tenant,
    action: `${tenant.path}${PATH}`,
    csrf: csrf.token,
    sessions: [...here, ...listed.filter(({ isHere }) => !isHere)],
  })
  return html(body, { tenant, headers: { 'set-cookie': csrf.cookies } })
}

const listedSession = (
  session: SessionRecord,
  person: Person,
  { tenant: { applicationsByUid }, now }: Context,
): ListedSession => ({
  uid: session.uid,
  isHere: session.uid === person.session.uid,
  browser: session.browserWords ?? 'A browser',
  signedIn: ago(now - session.authTime),
  used: ago(now - session.usedAt),
  applications: session.applicationUids.flatMap((uid) => {
    const application = applicationsByUid.get(uid)
    return application === undefined ? [] : [application.displayName]
  }),
})
