import { stringifySetCookie } from 'cookie'
import { digest } from '../base/digest.ts'
import { type Random, randomToken } from '../base/random.ts'
import type { Seconds } from '../base/time.ts'
import type { Tenant } from '../model/tenant.ts'
import type { Reply, Request } from '../oauth/exchange.ts'

/** browser: stays, and knows past successes. session: who is signed in; new at each sign-in. flow-…: one flow's own. */
type Use = 'browser' | 'session' | `flow-${string}`

const SECRET = /^[A-Za-z0-9_-]{43}$/
/** As long as browsers allow. */
const BROWSER_LIFETIME: Seconds = 400 * 86_400

/** The uid tells tenants apart whose paths overlap: a root tenant's cookies reach all others. */
function nameOf(use: Use, { uid, path, issuer }: Tenant): string {
  const name = `tokenidp-${use}-${uid}`
  if (!issuer.startsWith('https:')) return name
  return path === '' ? `__Host-${name}` : `__Secure-${name}`
}

/** The secret in a cookie of ours, if it can be one. */
export function cookieSecret(use: Use, request: Request, tenant: Tenant): string | undefined {
  const value = request.cookies[nameOf(use, tenant)]
  return value !== undefined && SECRET.test(value) ? value : undefined
}

export const newSecret = (random: Random): string => randomToken(random)

export const browserCookie = (secret: string, tenant: Tenant): string =>
  written('browser', secret, BROWSER_LIFETIME, tenant)

export const sessionCookie = (secret: string, tenant: Tenant): string =>
  written('session', secret, tenant.session.absolute, tenant)

export const noSessionCookie = (tenant: Tenant): string => written('session', '', 0, tenant)

/** How long a person may take from the first page to the last. */
export const FLOW_LIFETIME: Seconds = 30 * 60
/** Beyond these the oldest go: a site that begins flows in frames must not fill the header. */
const MAX_FLOWS = 8
const MARK_LENGTH = 12

/** Names a flow among those of one browser; its first eight characters are the time of its beginning. */
export const markOf = (flowId: string): string => flowId.slice(0, MARK_LENGTH)

/** The new flow's cookie, and the end of those that are too many. */
export function flowCookies(
  mark: string,
  secret: string,
  request: Request,
  tenant: Tenant,
): readonly string[] {
  const tooMany = flowMarks(request, tenant).slice(MAX_FLOWS - 1)
  return [
    written(`flow-${mark}`, secret, FLOW_LIFETIME, tenant),
    ...tooMany.map((old) => noFlowCookie(old, tenant)),
  ]
}

export const noFlowCookie = (mark: string, tenant: Tenant): string =>
  written(`flow-${mark}`, '', 0, tenant)

/** The latest first. */
function flowMarks({ cookies }: Request, tenant: Tenant): readonly string[] {
  const [before = '', after = ''] = nameOf('flow-', tenant).split('flow-')
  const timeOf = (mark: string): string => Buffer.from(mark, 'base64url').toString('hex')
  return Object.keys(cookies)
    .filter((name) => name.startsWith(`${before}flow-`) && name.endsWith(after))
    .map((name) => name.slice(before.length + 'flow-'.length, -after.length))
    .filter((mark) => mark.length === MARK_LENGTH)
    .sort((left, right) => (timeOf(left) < timeOf(right) ? 1 : -1))
}

/** The reply with cookies beside those that it sets already. */
export function withCookies(reply: Reply, cookies: readonly string[]): Reply {
  if (cookies.length === 0) return reply
  const present = [reply.headers['set-cookie'] ?? []].flat()
  return { ...reply, headers: { ...reply.headers, 'set-cookie': [...present, ...cookies] } }
}

const written = (use: Use, value: string, maxAge: Seconds, tenant: Tenant): string =>
  stringifySetCookie({
    name: nameOf(use, tenant),
    value,
    maxAge,
    path: tenant.path === '' ? '/' : tenant.path,
    httpOnly: true,
    secure: tenant.issuer.startsWith('https:'),
    sameSite: 'lax',
  })

/** What the store keeps of the session cookie. */
export const sessionDigest = (request: Request, tenant: Tenant): string | undefined => {
  const secret = cookieSecret('session', request, tenant)
  return secret === undefined ? undefined : digest(secret)
}
