/**
 * Every request this server sends to an address that is not its operator's choice (RFC 9700 §4.14 and
 * server-side request forgery in general). Knows no tenant's configuration and no protocol.
 */
import { getCACertificates } from 'node:tls'
import { type Outbound, OutboundError, type OutboundRequest } from '../base/outbound.ts'
import type { Clock } from '../base/time.ts'
import type { OutboundPolicy } from '../model/snapshot.ts'
import { makeBudget } from './budget.ts'
import { addressesOf, destinationOf, type Resolve } from './destination.ts'
import { exchange } from './exchange.ts'
import { systemResolve } from './resolve.ts'

export interface OutboundOptions {
  /** What is applied now. */
  readonly policy: () => OutboundPolicy
  readonly clock: Clock
  readonly resolve?: Resolve
  readonly limits?: Limits
}

export interface Limits {
  /** From the question to the DNS to the last byte. */
  readonly wholeMs: number
  readonly maxBytes: number
}

const LIMITS: Limits = { wholeMs: 2000, maxBytes: 256 * 1024 }

export function openOutbound(options: OutboundOptions): Outbound {
  const { policy, clock, resolve = systemResolve, limits = LIMITS } = options
  const budget = makeBudget()

  async function attempt(request: OutboundRequest, signal: AbortSignal) {
    const allowed = policy()
    const destination = destinationOf(request.url, allowed)
    const addresses = await addressesOf(destination, resolve)
    signal.throwIfAborted()
    const ca = authorities(allowed.ca)
    return exchange({ request, destination, addresses, ca, maxBytes: limits.maxBytes, signal })
  }

  return {
    async send(request) {
      if (!budget.spend(request, clock.milliseconds()))
        throw new OutboundError(
          'budget',
          `the tenant has sent too many requests for ${request.purpose} lately`,
        )
      const end = new AbortController()
      const timer = setTimeout(() => end.abort(), limits.wholeMs)
      try {
        return await Promise.race([attempt(request, end.signal), whenAborted(end.signal)])
      } catch (error) {
        throw told(error, end.signal)
      } finally {
        clearTimeout(timer)
        end.abort()
      }
    },
  }
}

/** The system's, and the operator's own. */
const authorities = (ca: string | undefined): readonly string[] | undefined =>
  ca === undefined ? undefined : [...getCACertificates('default'), ca]

/** For what cannot be aborted: a name that is being looked up. */
const whenAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })

function told(error: unknown, signal: AbortSignal): OutboundError {
  if (error instanceof OutboundError) return error
  if (signal.aborted) return new OutboundError('timeout', 'there was no answer in time')
  return new OutboundError('unreachable', 'the host could not be reached', { cause: error })
}
