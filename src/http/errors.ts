import { QueueFull } from '../base/bounded-queue.ts'
import type { Log } from '../base/log.ts'
import { type Random, randomToken } from '../base/random.ts'
import { errorPage, html, SignInOver } from '../login/index.ts'
import type { Tenant } from '../model/tenant.ts'
import { OAuthError } from '../oauth/errors.ts'
import { json, type Reply } from '../oauth/exchange.ts'
import { SignerError } from '../oauth/keys/vault.ts'
import { refusal, refusalBody } from '../oauth/refusal.ts'
import { StoreError } from '../store/port.ts'
import { TooManyRequests } from './budget.ts'

/** A request that ends before any endpoint sees it. */
export class HttpRefusal extends Error {
  override readonly name = 'HttpRefusal'
  readonly status: number
  readonly headers: Reply['headers']

  constructor(status: number, message: string, headers: Reply['headers'] = {}) {
    super(message)
    this.status = status
    this.headers = headers
  }
}

export interface Asked {
  readonly face: 'page' | 'api'
  readonly tenant: Tenant | undefined
  readonly publicUrl: string
  readonly clientAddress: string
  readonly random: Random
  readonly log: Log
}

/** The one place where a thrown value becomes a response. */
export function errorReply(error: unknown, asked: Asked): Reply {
  const { face, tenant, clientAddress, random, log } = asked
  const reference = error instanceof TooManyRequests ? error.reference : randomToken(random, 9)
  const found = wireErrorOf(error, reference)
  const fields = { reference, tenant: tenant?.name, clientAddress, code: found.code }
  if (found.status >= 500) log.error(found.message, { ...fields, error })
  else if (!(error instanceof TooManyRequests))
    log.info(found.message, { ...fields, ...evidenceOf(error) })
  else if (error.isNews) log.warn(found.message, { ...fields, budget: error.budget })
  if (face === 'page') {
    const body = errorPage({
      tenant,
      message: sentence(found.message),
      reference,
      startAgain: error instanceof SignInOver ? error.startAgain : undefined,
    })
    return html(body, { tenant, status: found.status, headers: found.headers })
  }
  const home = tenant?.issuer ?? asked.publicUrl
  if (error instanceof OAuthError) return withHeaders(refusal(error, home), found.headers)
  return json(refusalBody(found.code, found.message, home), found.status, found.headers)
}

interface WireError {
  readonly code: string
  readonly status: number
  readonly message: string
  readonly headers: Reply['headers']
}

function wireErrorOf(error: unknown, reference: string): WireError {
  if (error instanceof OAuthError)
    return { code: error.code, status: error.status, message: error.message, headers: {} }
  if (error instanceof HttpRefusal) {
    const { status, message, headers } = error
    return { code: 'invalid_request', status, message, headers }
  }
  if (error instanceof TooManyRequests)
    return {
      code: 'temporarily_unavailable',
      status: 429,
      message: error.message,
      headers: { 'retry-after': String(error.retryAfter) },
    }
  if (error instanceof StoreError || error instanceof QueueFull || error instanceof SignerError)
    return {
      code: 'temporarily_unavailable',
      status: 503,
      message: 'the service is busy, try again in a few seconds',
      headers: { 'retry-after': '5' },
    }
  const message = `something went wrong here (${reference})`
  return { code: 'server_error', status: 500, message, headers: {} }
}

const evidenceOf = (error: unknown): Readonly<Record<string, unknown>> =>
  error instanceof OAuthError ? { evidence: error.evidence } : {}

/** For a person; the name of a parameter stays as it is written. */
const sentence = (text: string): string =>
  /^[a-z]+_/.test(text) ? `${text}.` : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`

const withHeaders = (reply: Reply, headers: Reply['headers']): Reply => ({
  ...reply,
  headers: { ...reply.headers, ...headers },
})
