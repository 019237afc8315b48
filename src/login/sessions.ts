import type { Context } from '../oauth/context.ts'
import type { Endpoint } from '../oauth/endpoints/endpoint.ts'
import { type Reply, type Request, seeOther } from '../oauth/exchange.ts'
import { Params } from '../oauth/params.ts'
import type { Person, SessionRecord } from '../store/port.ts'
import { pageCsrf, verifyPageCsrf } from './csrf.ts'
import { html } from './html.ts'
import { type ListedSession, sessionsPage } from './pages/sessions.tsx'
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

/** The newest, and one more than is shown if there is one; this browser's in any case. */
async function sessionsOf({ user, session }: Person, { store, now }: Context) {
  const userUid = user.uid
  const [newest, here] = await Promise.all([
    store.sessions.list({ userUid, limit: SHOWN + 1 }, now),
    store.sessions.list({ userUid, uid: session.uid, limit: 1 }, now),
  ])
  const others = newest.filter(({ uid }) => uid !== session.uid)
  return { here, others: others.slice(0, SHOWN - 1), hasMore: others.length >= SHOWN }
}

/** Only among the person's own: what somebody else's is called ends nothing. */
async function end(form: Params, person: Person, context: Context): Promise<void> {
  const { store, now } = context
  const action = form.optional('action')
  if (action === 'end-others') {
    await store.sessions.endAllOf(person.user.uid, now, person.session.uid)
    return
  }
  const wanted = await store.sessions.find(form.optional('session') ?? '', now)
  // This browser's is ended by signing out, which also tells its applications in frames.
  const isOther = wanted?.userUid === person.user.uid && wanted.uid !== person.session.uid
  if (action === 'end' && isOther) await store.sessions.end(wanted.uid, now)
}

async function show(person: Person, request: Request, context: Context): Promise<Reply> {
  const { tenant } = context
  const csrf = pageCsrf(request, context, 'sessions', person.user.uid)
  const { here, others, hasMore } = await sessionsOf(person, context)
  const latest = others.toSorted((left, right) => right.usedAt - left.usedAt)
  const body = sessionsPage({
    tenant,
    action: `${tenant.path}${PATH}`,
    csrf: csrf.token,
    sessions: [...here, ...latest].map((session) => listedSession(session, person, context)),
    hasMore,
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
