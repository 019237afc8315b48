import { type Random, randomToken } from '../base/random.ts'
import type { EpochMilliseconds } from '../base/time.ts'
import type { RateLimitName, RateLimits } from '../model/rate-limits.ts'
import { isProven } from '../oauth/client-auth/index.ts'
import type { Endpoint } from '../oauth/endpoints/endpoint.ts'
import { OAuthError } from '../oauth/errors.ts'
import type { Reply, Request } from '../oauth/exchange.ts'
import { addressKey } from './address-key.ts'
import { boundedMap } from './bounded-map.ts'
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

/** Who pays for a request: nobody but the address it came from, and only in this tenant. */
export interface Budget {
  readonly key: string
  readonly name: RateLimitName
  readonly perMinute: number
}

export interface Budgets {
  /** Throws when there is nothing left. Takes its price, where the request has one whatever comes of it. */
  admit(budget: Budget, nowMs: EpochMilliseconds): void
  spend(budget: Budget, nowMs: EpochMilliseconds): void
}

export function openBudgets(random: Random): Budgets {
  const limiter = rateLimiter()
  const notices = boundedMap<Notice>(MOST_NOTICES)
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
      if (waitMs > 0) refuse(budget, waitMs, nowMs)
      if (name !== 'unproven') limiter.spend(key, perMinute, nowMs)
    },
    spend: ({ key, perMinute }, nowMs) => limiter.spend(key, perMinute, nowMs),
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
  return endpoint.methods.includes('POST') ? 'unproven' : 'documents'
}

/** Somebody who waits as told shows a code that we gave (RFC 8628 §3.5). */
const WAITING: ReadonlySet<string> = new Set(['authorization_pending'])

/** Does the work of a protocol endpoint, and takes its price afterwards from who proved nothing. */
export async function payingIfUnproven(
  work: () => Promise<Reply>,
  { isProof }: Endpoint,
  request: Request,
  pay: () => void,
): Promise<Reply> {
  try {
    const reply = await work()
    if (!(isProof && reply.status < 400) && !isProven(request)) pay()
    return reply
  } catch (error) {
    if (error instanceof OAuthError && !WAITING.has(error.code) && !isProven(request)) pay()
    throw error
  }
}
