import { mintToken, ulid } from '../../base/id.ts'
import { randomToken } from '../../base/random.ts'
import type { Application } from '../../model/application.ts'
import type { Authorization } from '../../model/authorization.ts'
import type { Session } from '../../model/session.ts'
import type { Allowed, NewCode } from '../../store/port.ts'
import type { Context } from '../context.ts'
import type { AuthorizationRequest } from './request.ts'

type Instant = Pick<Context, 'now' | 'nowMs' | 'random'>

/** As much of a request as outlives the answer to it. */
type Wish = Pick<
  AuthorizationRequest,
  'applicationUid' | 'scopes' | 'resources' | 'claims' | 'nonce'
>

/** What the person allowed, to be stored with the code that stands for it. */
export function authorizationFor(
  request: Wish,
  session: Session,
  { now, nowMs, random }: Instant,
): Authorization {
  return {
    uid: ulid(nowMs, random),
    applicationUid: request.applicationUid,
    userUid: session.userUid,
    sessionUid: session.uid,
    sid: randomToken(random, 16),
    scopes: request.scopes,
    resources: request.resources,
    claims: request.claims,
    authTime: session.authTime,
    acr: session.acr,
    amr: session.amr,
    nonce: request.nonce ?? undefined,
    isOffline: request.scopes.includes('offline_access'),
    createdAt: now,
  }
}

/** The same, of somebody who allows it in a browser, and so uses the session. */
export const allowedIn = (
  session: Session,
  request: Wish,
  context: Instant & Pick<Context, 'tenant'>,
): Allowed => ({
  ...authorizationFor(request, session, context),
  sessionIdleExpiresAt: Math.min(context.now + context.tenant.session.idle, session.expiresAt),
})

/** A new code: the text that goes to the client, and the row that remembers it. */
export function codeFor(
  request: AuthorizationRequest,
  application: Application,
  instant: Instant,
): { readonly code: string; readonly row: NewCode } {
  const { token: code, key } = mintToken(instant.nowMs, instant.random)
  const row = {
    key,
    redirectUri: request.redirectUri,
    codeChallenge: request.codeChallenge ?? undefined,
    expiresAt: instant.now + application.code.lifetime,
  }
  return { code, row }
}
