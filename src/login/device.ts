import { type Application, DEVICE_CODE } from '../model/application.ts'
import { NO_CLAIMS } from '../model/claims.ts'
import { isActive } from '../oauth/active.ts'
import { allowedIn } from '../oauth/authorize/index.ts'
import type { Context } from '../oauth/context.ts'
import { VERIFICATION_PATH } from '../oauth/endpoints/device-authorization.ts'
import type { Endpoint } from '../oauth/endpoints/endpoint.ts'
import type { Reply, Request } from '../oauth/exchange.ts'
import { Params } from '../oauth/params.ts'
import { keptUserCodes, shownUserCode, typedUserCode } from '../oauth/user-code.ts'
import type { DeviceRecord, Person } from '../store/port.ts'
import { withCookies } from './cookies.ts'
import { pageCsrf, verifyPageCsrf } from './csrf.ts'
import { type Guess, guessCode } from './guess.ts'
import { html } from './html.ts'
import {
  confirmDevicePage,
  deviceAllowedPage,
  deviceCodePage,
  deviceDeniedPage,
  tooManyCodesPage,
} from './pages/device.tsx'
import { ago, minutes } from './time-words.ts'
import { isPerson, visitor } from './visit.ts'

/** RFC 8628 §3.3: a person types the code that a device shows, looks at what asks, and decides. */
export const device: Endpoint = {
  paths: [VERIFICATION_PATH],
  methods: ['GET', 'POST'],
  face: 'page',
  takesGuesses: true,
  async handle(request, context) {
    const found = await visitor(request, context)
    if (!isPerson(found)) return found
    if (request.method === 'GET') {
      const code = typedUserCode(Params.parse(request.query).optional('user_code'))
      return askCode(found, { request, context, code })
    }
    const form = Params.parse(request.form)
    const code = typedUserCode(form.optional('user_code'))
    const visit = { request, context, code }
    const action = form.optional('action')
    const isDecision = code !== undefined && (action === 'allow' || action === 'deny')
    const purpose = purposeOf(found, isDecision ? code : undefined)
    verifyPageCsrf(form.optional('csrf'), request, context, ...purpose)
    const guess = await guessCode(found, request, context)
    if (guess.outcome === 'too-many') return wait(guess, context)
    const waiting = code === undefined ? undefined : await waitingFor(code, found, context)
    if (waiting === undefined) return askCode(found, { ...visit, failed: true })
    await guess.wasRight()
    if (!isDecision) return confirm(waiting, found, visit)
    return decide(waiting, action, found, visit)
  },
}

interface Visit {
  readonly request: Request
  readonly context: Context
  /** As typed, or as it came with the address. */
  readonly code: string | undefined
  readonly failed?: boolean
}

/** A device that this person may decide about, and whose it is. */
interface Waiting {
  readonly record: DeviceRecord
  readonly application: Application
}

/** The form of a decision belongs to the browser, the session and the code; the first form to the first two. */
const purposeOf = ({ session }: Person, code = ''): readonly string[] => [
  'device',
  session.uid,
  code,
]

/** From here on nobody else can have it: who opened it first decides. */
async function waitingFor(
  code: string,
  { user }: Person,
  { store, keys, tenant, now }: Context,
): Promise<Waiting | undefined> {
  for (const kept of keptUserCodes(code, keys)) {
    const record = await store.devices.findPending(kept, now)
    if (record === undefined) continue
    const application = tenant.applicationsByUid.get(record.applicationUid)
    if (!isActive(application) || !application.grants.has(DEVICE_CODE)) return undefined
    return (await store.devices.open(kept, user.uid, now)) ? { record, application } : undefined
  }
  return undefined
}

function askCode(person: Person, { request, context, code, failed = false }: Visit): Reply {
  const { tenant } = context
  const { token, cookies } = pageCsrf(request, context, ...purposeOf(person))
  const body = deviceCodePage({
    tenant,
    action: addressOf(context),
    csrf: token,
    userCode: code === undefined ? '' : shownUserCode(code),
    failed,
  })
  return withCookies(html(body, { tenant, status: failed ? 400 : 200 }), cookies)
}

function confirm(waiting: Waiting, person: Person, { request, context, code = '' }: Visit): Reply {
  const { tenant, now } = context
  const { record, application } = waiting
  const { token, cookies } = pageCsrf(request, context, ...purposeOf(person, code))
  const body = confirmDevicePage({
    tenant,
    application,
    action: addressOf(context),
    csrf: token,
    userCode: shownUserCode(code),
    user: person.user.email ?? person.user.username,
    scopes: record.scopes.flatMap((name) => tenant.scopes.get(name) ?? []),
    asked: ago(now - record.createdAt),
    clientAddress: record.clientAddress,
    userAgent: record.userAgent,
  })
  return withCookies(html(body, { tenant }), cookies)
}

async function decide(
  { record, application }: Waiting,
  action: 'allow' | 'deny',
  person: Person,
  visit: Visit,
): Promise<Reply> {
  const { store, tenant, now } = visit.context
  const { userCode } = record
  const isDone =
    action === 'allow'
      ? await allow(record, person, visit.context)
      : await store.devices.deny(userCode, person.user.uid, now)
  if (!isDone) return askCode(person, { ...visit, failed: true })
  const page = action === 'allow' ? deviceAllowedPage : deviceDeniedPage
  return html(page({ tenant, application }), { tenant })
}

async function allow(
  { userCode, ...asked }: DeviceRecord,
  { session }: Person,
  context: Context,
): Promise<boolean> {
  const wish = { ...asked, claims: NO_CLAIMS, nonce: null }
  const allowed = allowedIn(session, wish, context)
  return context.store.devices.approve(userCode, allowed, context.now)
}

function wait({ seconds }: Extract<Guess, { outcome: 'too-many' }>, { tenant }: Context): Reply {
  const body = tooManyCodesPage({ tenant, wait: minutes(seconds) })
  return html(body, { tenant, status: 429, headers: { 'retry-after': String(seconds) } })
}

const addressOf = ({ tenant }: Context): string => `${tenant.path}${VERIFICATION_PATH}`
