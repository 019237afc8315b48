import { stringifySetCookie } from 'cookie'
import { digest } from '../base/digest.ts'
import { type Random, randomToken } from '../base/random.ts'
import type { Seconds } from '../base/time.ts'
import type { Tenant } from '../model/tenant.ts'
import type { Request } from '../oauth/exchange.ts'

/** browser: stays, binds flows and knows past successes. session: who is signed in; new at each sign-in. */
type Use = 'browser' | 'session'

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
