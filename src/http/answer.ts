import type { IncomingMessage } from 'node:http'
import { parseCookie } from 'cookie'
import { proveUserCode, signIn } from '../accounts/index.ts'
import type { Log } from '../base/log.ts'
import type { Outbound } from '../base/outbound.ts'
import type { Passwords } from '../base/password.ts'
import type { Random } from '../base/random.ts'
import { type Clock, type EpochMilliseconds, toSeconds } from '../base/time.ts'
import { errorDocs } from '../login/index.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { Tenant } from '../model/tenant.ts'
import { clientsNamed } from '../oauth/client-auth/index.ts'
import type { Context } from '../oauth/context.ts'
import type { Endpoint } from '../oauth/endpoints/endpoint.ts'
import type { Reply, Request } from '../oauth/exchange.ts'
import type { KeyRing } from '../oauth/keys/ring.ts'
import type { VerifiedTokens } from '../oauth/tokens/verified.ts'
import type { Store } from '../store/port.ts'
import { type Budget, type Budgets, budgetFor, payingIfUnproven } from './budget.ts'
import { clientAddress } from './client-address.ts'
import type { CertificateOf } from './client-certificate.ts'
import { corsHeaders, preflight } from './cors.ts'
import { errorReply, HttpRefusal } from './errors.ts'
import { readForm } from './form.ts'
import { type Behind, healthz, readyz } from './health.ts'
import type { Proxies } from './proxies.ts'
import type { Place } from './tenant.ts'

/** What is being served: swapped as one, read once per request. */
export interface ServedState {
  readonly snapshot: Snapshot
  ringFor(tenantUid: string): KeyRing
}

export interface World {
  state(): ServedState
  /** Undefined where what is served is the newest, as far as is known. */
  behind?(): Behind | undefined
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly proxies: Proxies
  readonly budgets: Budgets
  readonly verified: VerifiedTokens
  readonly outbound: Outbound
  readonly passwords: Passwords
  readonly certificateOf: CertificateOf
  readonly placeOf: (host: string, path: string, snapshot: Snapshot) => Place | undefined
  /** By path below the issuer. */
  readonly endpoints: ReadonlyMap<string, Endpoint>
}

export interface Answer {
  readonly reply: Reply
  readonly isHttps: boolean
}

/** Everything about one request, from its address to its reply. Never rejects. */
export async function answer(incoming: IncomingMessage, world: World): Promise<Answer> {
  const state = world.state()
  const [path = '', query = ''] = splitOnce(incoming.url ?? '/', '?')
  const host = incoming.headers.host?.toLowerCase() ?? ''
  const place = world.placeOf(host, path, state.snapshot)
  const endpoint = place && world.endpoints.get(place.path)
  const tenant = place?.tenant
  const cors = endpoint && tenant && corsHeaders(endpoint, incoming.headers.origin, tenant)
  const from = clientAddress(incoming.socket.remoteAddress, incoming.headers, world.proxies)
  const isHttps = (tenant?.issuer ?? state.snapshot.publicUrl).startsWith('https:')
  const nowMs = world.clock.milliseconds()
  const payer = { endpoint, method: incoming.method, address: from, tenantUid: tenant?.uid ?? '' }
  const budget = budgetFor(payer, state.snapshot.rateLimits)
  try {
    if (budget) world.budgets.admit(budget, nowMs)
    const own = await ownReply({ path, query, place }, incoming, world)
    if (own) return { reply: own, isHttps }
    const reply = await handle({
      incoming,
      from,
      nowMs,
      budget,
      query,
      ...found(place, endpoint),
      state,
      world,
    })
    return { reply: { ...reply, headers: { ...cors, ...reply.headers } }, isHttps }
  } catch (error) {
    const face = endpoint?.face ?? faceWanted(incoming)
    const { random, log } = world
    const { publicUrl } = state.snapshot
    const asked = { face, tenant, publicUrl, clientAddress: from, random, log }
    const reply = errorReply(error, asked)
    return { reply: { ...reply, headers: { ...cors, ...reply.headers } }, isHttps }
  }
}

function found(place: Place | undefined, endpoint: Endpoint | undefined) {
  if (!place) throw new HttpRefusal(404, 'there is no such tenant')
  if (!endpoint) throw new HttpRefusal(404, 'there is no such endpoint')
  return { place, endpoint }
}

interface Handling {
  readonly incoming: IncomingMessage
  /** The client's address. */
  readonly from: string
  readonly nowMs: EpochMilliseconds
  readonly budget: Budget | undefined
  readonly query: string
  readonly place: Place
  readonly endpoint: Endpoint
  readonly state: ServedState
  readonly world: World
}

async function handle(handling: Handling): Promise<Reply> {
  const { incoming, from, nowMs, budget, query, place, endpoint, state, world } = handling
  const { tenant, path } = place
  if (place.isElsewhere) return moved(handling)
  if (incoming.method === 'OPTIONS') {
    const reply = preflight(endpoint, incoming.headers.origin, tenant)
    if (reply) return reply
  }
  const method = methodOf(incoming, endpoint)
  if (method === 'POST' && endpoint.face === 'page' && !endpoint.takesCrossSitePost)
    refuseForeignPost(incoming, tenant)
  const takesJson = tenant.takesJson && endpoint.metadata === 'token_endpoint'
  const form = method === 'POST' ? await readForm(incoming, takesJson) : ''
  const request: Request = {
    method,
    path,
    query,
    form,
    clientAddress: from,
    clientCertificate: world.certificateOf(incoming),
    cookies: parseCookie(incoming.headers.cookie ?? ''),
    header: (name) => incoming.headers[name]?.toString(),
  }
  const store = world.store.tenant(tenant.uid)
  const now = toSeconds(nowMs)
  const { passwords } = world
  const policy = tenant.signIn
  const context: Context = {
    tenant,
    store,
    keys: state.ringFor(tenant.uid),
    verified: world.verified,
    random: world.random,
    now,
    nowMs,
    log: world.log,
    outbound: world.outbound,
    provePassword: (login, password) =>
      signIn({ login, password, browser: undefined }, { store, passwords, policy, now }),
    proveUserCode: (user, code) => proveUserCode(user, code, { store, passwords, policy, now }),
  }
  const work = () => endpoint.handle(request, context)
  if (budget?.name !== 'unproven') return work()
  const { budgets } = world
  const payer = budgets.payer(budget, () => clientsNamed(request), nowMs)
  return payingIfUnproven(work, endpoint, request, {
    pay: () => budgets.spend(payer, nowMs),
    remember: (clientId) => budgets.remember(budget, clientId, nowMs),
  })
}

/** People are sent to the issuer's host; programs have to be told the right address. */
function moved({ endpoint, place: { tenant, path }, query }: Handling): Reply {
  if (endpoint.face === 'api') throw new HttpRefusal(404, 'the issuer has another host')
  const location = `${tenant.issuer}${path}${query === '' ? '' : `?${query}`}`
  return { status: 308, headers: { location }, body: '' }
}

/** A GET of a page may open a link, begin a sign-in or end a session: whoever sends HEAD wants none of it. */
function methodOf({ method = '' }: IncomingMessage, endpoint: Endpoint): 'GET' | 'POST' {
  const { methods, isSafe = false } = endpoint
  const wanted = method === 'HEAD' && isSafe ? 'GET' : method
  const found = methods.find((candidate) => candidate === wanted)
  if (found) return found
  const allowed = (name: string) => (name === 'GET' && isSafe ? ['GET', 'HEAD'] : [name])
  const allow = methods.flatMap(allowed).join(', ')
  throw new HttpRefusal(405, `this endpoint takes ${methods.join(' and ')}`, { allow })
}

/** A form of ours is sent from a page of ours. */
function refuseForeignPost({ headers }: IncomingMessage, { issuer }: Tenant): void {
  const site = headers['sec-fetch-site']
  const isForeign =
    (site !== undefined && site !== 'same-origin' && site !== 'none') ||
    (headers.origin !== undefined && headers.origin !== new URL(issuer).origin)
  if (isForeign) throw new HttpRefusal(403, 'the form was sent from another site')
}

/** What is served below no issuer. */
async function ownReply(
  { path, query, place }: { path: string; query: string; place: Place | undefined },
  incoming: IncomingMessage,
  world: World,
): Promise<Reply | undefined> {
  if (path !== '/healthz' && path !== '/readyz')
    return place ? undefined : errorDocs(path, undefined)
  if (incoming.method !== 'GET' && incoming.method !== 'HEAD')
    throw new HttpRefusal(405, 'this endpoint takes GET', { allow: 'GET, HEAD' })
  if (path === '/healthz') {
    const isStrict = new URLSearchParams(query).has('strict')
    return healthz(isStrict ? world.behind?.() : undefined)
  }
  return readyz(world.state().snapshot.revision, world.store)
}

const faceWanted = ({ headers }: IncomingMessage): 'page' | 'api' =>
  headers.accept?.includes('text/html') ? 'page' : 'api'

function splitOnce(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}
