import { randomToken } from '../../base/random.ts'
import { NO_CLAIMS } from '../../model/claims.ts'
import { authorizationFor } from '../../oauth/authorize/index.ts'
import type { Context } from '../../oauth/context.ts'
import type { Request } from '../../oauth/exchange.ts'
import type { Waiting } from './waiting.ts'

/** Who decided, and from where, is kept beside the answer. */
const MAX_USER_AGENT = 256

/** Answers the application. False when the request was answered meanwhile, or its time is over. */
export async function decide(
  { request: asked, person }: Waiting,
  isAllowed: boolean,
  request: Request,
  context: Context,
): Promise<boolean> {
  const { store, now, tenant, random } = context
  const { session, user } = person
  const decision = {
    userUid: user.uid,
    address: request.clientAddress,
    userAgent: request.header('user-agent')?.slice(0, MAX_USER_AGENT),
  }
  if (!isAllowed) return store.backchannelRequests.decide(asked.uid, decision, undefined, now)
  const sid = await store.sessions.sid(session.uid, asked.applicationUid, randomToken(random, 16))
  const wish = { ...asked, claims: NO_CLAIMS, nonce: null }
  const authorization = authorizationFor(wish, session, sid, context)
  const isDone = await store.backchannelRequests.decide(asked.uid, decision, authorization, now)
  if (isDone)
    await store.sessions.touch(
      session.uid,
      Math.min(now + tenant.session.idle, session.expiresAt),
      now,
    )
  return isDone
}
