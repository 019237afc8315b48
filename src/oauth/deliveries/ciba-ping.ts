import type { CibaPayload } from '../../model/delivery.ts'
import { isActive } from '../active.ts'
import { openPing, type Ping } from '../ciba/ping.ts'
import type { Context } from '../context.ts'
import type { Attempt, Deliver } from './delivery.ts'
import { attemptToPost } from './post.ts'

/** CIBA §10.2: tells a client that an answer waits for it at the token endpoint, and nothing else. */
export const ping: Deliver = async (delivery, context) => {
  const { tenant, store, now } = context
  const application = tenant.applicationsByUid.get(delivery.applicationUid)
  const endpoint = application?.ciba?.notificationEndpoint
  // Only requests write this kind.
  const { request: uid } = delivery.payload as CibaPayload
  const found = await store.backchannelRequests.findPing(uid)
  if (!isActive(application) || endpoint === undefined || found === undefined)
    return { as: 'unwanted' }
  const opened = openPing(found.sealedPing, uid, context)
  if (opened === undefined) return { as: 'refused', error: 'sealed under another master key' }
  if (found.expiresAt <= now) return forgotten(uid, { as: 'unwanted' }, context)
  const attempt = await send(endpoint, opened, context)
  return attempt.as === 'missed' ? attempt : forgotten(uid, attempt, context)
}

/** What nobody will send any more is not kept. */
async function forgotten(uid: string, attempt: Attempt, { store }: Context): Promise<Attempt> {
  await store.backchannelRequests.forgetPing(uid)
  return attempt
}

async function send(
  url: string,
  { authReqId, token }: Ping,
  { tenant, outbound }: Context,
): Promise<Attempt> {
  return attemptToPost(
    {
      tenantUid: tenant.uid,
      purpose: 'ciba-ping',
      url,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ auth_req_id: authReqId }),
    },
    outbound,
  )
}
