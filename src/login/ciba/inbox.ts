import type { Context } from '../../oauth/context.ts'
import type { Endpoint } from '../../oauth/endpoints/endpoint.ts'
import type { Reply, Request } from '../../oauth/exchange.ts'
import { Params } from '../../oauth/params.ts'
import { withCookies } from '../cookies.ts'
import { pageCsrf, verifyPageCsrf } from '../csrf.ts'
import { html } from '../html.ts'
import { answeredPage, goneRequestPage, inboxPage, requestPage } from '../pages/ciba.tsx'
import { peopleIn } from '../person.ts'
import { ago, minutes } from '../time-words.ts'
import { isPerson, visitor } from '../visit.ts'
import { decide } from './decide.ts'
import { type Waiting, waitingFor } from './waiting.ts'

export const INBOX_PATH = '/ciba'

/**
 * Where people answer what applications ask them by CIBA: everything that waits for them, or the one that
 * `request` names. Each form belongs to the browser, the session and the request.
 */
export const inbox: Endpoint = {
  paths: [INBOX_PATH],
  methods: ['GET', 'POST'],
  face: 'page',
  async handle(request, context) {
    const found = await visitor(request, context)
    if (!isPerson(found)) return found
    const waiting = await waitingFor(await peopleIn(request, context), context)
    if (request.method === 'GET') return show(waiting, request, context)
    const form = Params.parse(request.form)
    const chosen = waiting.find(({ request: { uid } }) => uid === form.optional('request'))
    if (chosen === undefined) return gone(context)
    verifyPageCsrf(form.optional('csrf'), request, context, ...purposeOf(chosen))
    const action = form.optional('action')
    if (action !== 'allow' && action !== 'deny') return show(waiting, request, context)
    const isAllowed = action === 'allow'
    if (!(await decide(chosen, isAllowed, request, context))) return gone(context)
    return answered(chosen, isAllowed, waiting.length - 1, context)
  },
}

const purposeOf = ({ request, person }: Waiting): readonly string[] => [
  'ciba',
  person.session.uid,
  request.uid,
]

function show(waiting: readonly Waiting[], request: Request, context: Context): Reply {
  const { tenant } = context
  const named = Params.parse(request.query).optional('request')
  const chosen = waiting.find(({ request: { uid } }) => uid === named)
  if (named !== undefined && chosen === undefined) return gone(context)
  const shown = chosen === undefined ? waiting : [chosen]
  const prepared = shown.map((each) => ({
    each,
    csrf: pageCsrf(request, context, ...purposeOf(each)),
  }))
  const views = prepared.map(({ each, csrf }) => viewOf(each, csrf.token, context))
  const [only] = views
  const body =
    chosen !== undefined && only !== undefined
      ? requestPage({ tenant, inbox: addressOf(context), view: only, others: waiting.length - 1 })
      : inboxPage({ tenant, inbox: addressOf(context), views })
  return withCookies(html(body, { tenant }), prepared[0]?.csrf.cookies ?? [])
}

const viewOf = ({ request, application, person }: Waiting, csrf: string, context: Context) => ({
  uid: request.uid,
  csrf,
  application,
  user: person.user.email ?? person.user.username,
  scopes: request.scopes.flatMap((name) => context.tenant.scopes.get(name) ?? []),
  bindingMessage: request.bindingMessage,
  asked: ago(context.now - request.createdAt),
  left: minutes(request.expiresAt - context.now),
})

const answered = (
  { application }: Waiting,
  isAllowed: boolean,
  others: number,
  context: Context,
): Reply => {
  const { tenant } = context
  const inbox = addressOf(context)
  return html(answeredPage({ tenant, inbox, application, isAllowed, others }), { tenant })
}

const gone = (context: Context): Reply => {
  const { tenant } = context
  const body = goneRequestPage({ tenant, inbox: addressOf(context) })
  return html(body, { tenant, status: 400 })
}

const addressOf = ({ tenant }: Context): string => `${tenant.path}${INBOX_PATH}`
