import { NO_CLAIMS } from '../../model/claims.ts'
import { allowedIn } from '../../oauth/authorize/index.ts'
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
  const { store, now } = context
  const { session, user } = person
  const decision = {
    userUid: user.uid,
    address: request.clientAddress,
    userAgent: request.header('user-agent')?.slice(0, MAX_USER_AGENT),
  }
  if (!isAllowed) return store.backchannelRequests.decide(asked.uid, decision, undefined, now)
  const wish = { ...asked, claims: NO_CLAIMS, nonce: null }
  const allowed = allowedIn(session, wish, context)
  return store.backchannelRequests.decide(asked.uid, decision, allowed, now)
}
