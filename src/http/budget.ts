import { addressKey } from '../base/address-key.ts'
import { boundedMap } from '../base/bounded-map.ts'
import { type Random, randomToken } from '../base/random.ts'
import type { EpochMilliseconds } from '../base/time.ts'
import type { RateLimitName, RateLimits } from '../model/rate-limits.ts'
import { provenClient } from '../oauth/client-auth/index.ts'
import type { Endpoint } from '../oauth/endpoints/endpoint.ts'
import { OAuthError } from '../oauth/errors.ts'
import type { Reply, Request } from '../oauth/exchange.ts'
import { provenClients } from './proven-clients.ts'
import { rateLimiter } from './rate-limiter.ts'

const MINUTE_MS = 60_000
const MOST_NOTICES = 10_000

/** Said when an address has used up its budget (RFC 6585 §4). */
export class TooManyRequests extends Error {
  override readonly name = 'TooManyRequests'
  /** Seconds. */
  readonly retryAfter: number
  /** In the log, and on every page that says no until the next line of the log. */
  readonly reference: string
  /** One line a minute and budget: a flood must not flood the log. */
  readonly isNews: boolean
  readonly budget: RateLimitName

  constructor(budget: RateLimitName, waitMs: number, reference: string, isNews: boolean) {
    super('too many requests came from this address, wait and try again')
    this.budget = budget
    this.retryAfter = Math.ceil(waitMs / 1000)
    this.reference = reference
    this.isNews = isNews
  }
}

interface Notice {
  readonly reference: string
  readonly until: EpochMilliseconds
}

/** What pays for a request: that of the address it came from, and only in this tenant. */
export interface Budget {
  readonly key: string
  readonly name: RateLimitName
  readonly perMinute: number
}

export interface Budgets {
  /**
   * Throws when there is nothing left. Takes its price, where the request has one whatever comes of it.
   * An address that clients proved themselves from is let in: `payer` has the last word.
   */
  admit(budget: Budget, nowMs: EpochMilliseconds): void
  /**
   * Who pays if the request proves nothing: the address while it has something left, then the client that
   * it names, from what that one has at this address, so that it does without what strangers spend. Throws
   * when nobody is left.
   */
  payer(budget: Budget, named: () => readonly string[], nowMs: EpochMilliseconds): Budget
  spend(budget: Budget, nowMs: EpochMilliseconds): void
  /** That this client proved who it is from this address. */
  remember(budget: Budget, clientId: string, nowMs: EpochMilliseconds): void
}

export function openBudgets(random: Random): Budgets {
  const limiter = rateLimiter()
  const notices = boundedMap<Notice>(MOST_NOTICES)
  const proven = provenClients()
  const refuse = ({ key, name }: Budget, waitMs: number, nowMs: EpochMilliseconds): never => {
    const last = notices.get(key)
    if (last !== undefined && last.until > nowMs)
      throw new TooManyRequests(name, waitMs, last.reference, false)
    const reference = randomToken(random, 9)
    notices.set(key, { reference, until: nowMs + MINUTE_MS })
    throw new TooManyRequests(name, waitMs, reference, true)
  }
  return {
    admit(budget, nowMs) {
      const { key, name, perMinute } = budget
      const waitMs = limiter.wait(key, perMinute, nowMs)
      const isUnproven = name === 'unproven'
      if (waitMs > 0 && !(isUnproven && proven.isAnyAt(key, nowMs))) refuse(budget, waitMs, nowMs)
      if (!isUnproven) limiter.spend(key, perMinute, nowMs)
    },
    payer(budget, named, nowMs) {
      const { key, perMinute } = budget
      const waitMs = limiter.wait(key, perMinute, nowMs)
      if (waitMs === 0) return budget
      const clientId = named().find((each) => proven.isAt(key, each, nowMs))
      if (clientId === undefined) return refuse(budget, waitMs, nowMs)
      const own = { ...budget, key: `${key} ${clientId}` }
      const ownWaitMs = limiter.wait(own.key, perMinute, nowMs)
      return ownWaitMs === 0 ? own : refuse(own, ownWaitMs, nowMs)
    },
    spend: ({ key, perMinute }, nowMs) => limiter.spend(key, perMinute, nowMs),
    remember: ({ key }, clientId, nowMs) => proven.remember(key, clientId, nowMs),
  }
}

/** Attempts are few, pages are many, documents are cheap; elsewhere who proves who it is pays nothing. */
export function budgetFor(
  { endpoint, method, address, tenantUid }: Paying,
  limits: RateLimits | undefined,
): Budget | undefined {
  if (limits === undefined) return undefined
  const name = nameFor(endpoint, method)
  return { key: `${name} ${tenantUid} ${addressKey(address)}`, name, perMinute: limits[name] }
}

interface Paying {
  readonly endpoint: Endpoint | undefined
  readonly method: string | undefined
  readonly address: string
  readonly tenantUid: string
}

function nameFor(endpoint: Endpoint | undefined, method: string | undefined): RateLimitName {
  if (endpoint === undefined) return 'documents'
  if (endpoint.takesGuesses && method === 'POST') return 'signIn'
  if (endpoint.face === 'page') return 'pages'
  return endpoint.isProof || endpoint.methods.includes('POST') ? 'unproven' : 'documents'
}

/** Somebody who waits as told shows a code that we gave (RFC 8628 §3.5). */
const WAITING: ReadonlySet<string> = new Set(['authorization_pending'])

export interface Till {
  /** Takes the price of the request. */
  pay(): void
  /** Hears which client stood behind the request. */
  remember(clientId: string): void
}

/** Does the work of a protocol endpoint, and takes its price afterwards from who proved nothing. */
export async function payingIfUnproven(
  work: () => Promise<Reply>,
  { isProof }: Endpoint,
  request: Request,
  { pay, remember }: Till,
): Promise<Reply> {
  const settle = (isFree: boolean): void => {
    const clientId = provenClient(request)
    if (clientId !== undefined) remember(clientId)
    else if (!isFree) pay()
  }
  try {
    const reply = await work()
    settle(isProof === true && reply.status < 400)
    return reply
  } catch (error) {
    settle(!(error instanceof OAuthError) || WAITING.has(error.code))
    throw error
  }
}
