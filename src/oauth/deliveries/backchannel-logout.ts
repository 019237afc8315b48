import type { JsonObject } from '../../base/json.ts'
import { OutboundError } from '../../base/outbound.ts'
import { randomToken } from '../../base/random.ts'
import type { Seconds } from '../../base/time.ts'
import type { Application, LogoutNotice } from '../../model/application.ts'
import type { LogoutPayload } from '../../model/delivery.ts'
import type { User } from '../../model/user.ts'
import type { Context } from '../context.ts'
import { signJwt } from '../keys/sign.ts'
import { subjectFor } from '../subject.ts'
import type { Attempt, Deliver } from './delivery.ts'

/** OpenID Connect Back-Channel Logout 1.0 §2.4 */
const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
const LIFETIME: Seconds = 120

/** Tells one application that a session in which it was used has ended. The token is new at every attempt. */
export const tellOfLogout: Deliver = async (delivery, context) => {
  const application = context.tenant.applicationsByUid.get(delivery.applicationUid)
  const notice = application?.backchannelLogout
  if (application === undefined || application.isDisabled || notice === undefined)
    return { as: 'unwanted' }
  // Only sessions write this kind.
  const { sid, userUid } = delivery.payload as LogoutPayload
  const user = await context.store.users.find(userUid)
  if (user === undefined) return { as: 'unwanted' }
  const token = await logoutToken({ application, notice, user, sid }, context)
  return post(notice.uri, token, context)
}

interface Logout {
  readonly application: Application
  readonly notice: LogoutNotice
  readonly user: User
  readonly sid: string
}

/** §2.4: no nonce, so that it can never pass for an ID token. */
const logoutToken = async (
  { application, notice, user, sid }: Logout,
  context: Context,
): Promise<string> => {
  const { tenant, keys, random, now } = context
  const claims: JsonObject = {
    iss: tenant.issuer,
    aud: application.clientId,
    iat: now,
    exp: now + LIFETIME,
    jti: randomToken(random, 16),
    events: { [EVENT]: {} },
    sub: await subjectFor(user, application, context),
    ...(notice.isSessionRequired ? { sid } : {}),
  }
  return signJwt(keys.signer(application.idToken.algorithm), 'logout+jwt', claims)
}

/** §2.5, §2.8 */
async function post(uri: string, token: string, { tenant, outbound }: Context): Promise<Attempt> {
  try {
    const { status } = await outbound.send({
      tenantUid: tenant.uid,
      purpose: 'backchannel-logout',
      method: 'POST',
      url: uri,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ logout_token: token }).toString(),
    })
    if (status >= 200 && status < 300) return { as: 'delivered' }
    const error = `answered ${status}`
    return status === 400 ? { as: 'refused', error } : { as: 'missed', error }
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error
    return { as: 'missed', error: error.reason }
  }
}
