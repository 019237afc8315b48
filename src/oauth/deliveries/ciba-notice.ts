import { randomToken } from '../../base/random.ts'
import type { CibaPayload } from '../../model/delivery.ts'
import { isActive } from '../active.ts'
import { approvalLink } from '../ciba/approval-link.ts'
import { signJwt } from '../keys/sign.ts'
import type { Deliver } from './delivery.ts'
import { attemptToPost } from './post.ts'

/**
 * Tells the tenant's own system that an application asks a person, with a link for that person. A JWT, so
 * that the receiver knows by the published keys whose notice it is; link and JWT are new at every attempt.
 */
export const notice: Deliver = async (delivery, context) => {
  const { tenant, store, keys, random, now, outbound } = context
  const application = tenant.applicationsByUid.get(delivery.applicationUid)
  const { webhook: url } = tenant.ciba
  // Only requests write this kind.
  const { request: uid } = delivery.payload as CibaPayload
  const request = await store.backchannelRequests.findPending(uid, now)
  if (!isActive(application) || url === undefined || request === undefined)
    return { as: 'unwanted' }
  const user = await store.users.find(request.userUid)
  if (!isActive(user)) return { as: 'unwanted' }
  const { link, expiresAt } = await approvalLink(request, context)
  const claims = {
    iss: tenant.issuer,
    aud: url,
    iat: now,
    exp: expiresAt,
    jti: randomToken(random, 16),
    sub: user.sub,
    username: user.username,
    ...(user.email === undefined ? {} : { email: user.email }),
    client_id: application.clientId,
    client_name: application.displayName,
    ...(request.bindingMessage === undefined ? {} : { binding_message: request.bindingMessage }),
    approval_uri: link,
    request_expires_at: request.expiresAt,
  }
  const body = await signJwt(keys.signer(application.idToken.algorithm), 'ciba-notice+jwt', claims)
  const headers = { 'content-type': 'application/jwt' }
  const payer = { tenantUid: tenant.uid, purpose: 'ciba-notice' } as const
  return attemptToPost({ ...payer, url, headers, body }, outbound)
}
