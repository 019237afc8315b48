import { digest } from '../../base/digest.ts'
import { randomToken } from '../../base/random.ts'
import type { EpochSeconds, Seconds } from '../../base/time.ts'
import type { BackchannelRequest } from '../../store/port.ts'
import type { Context } from '../context.ts'

/** Below the issuer. */
export const APPROVAL_PATH = '/ciba/approve'

const LIFETIME: Seconds = 300

/** Leads the person who is asked to this request, once. It answers nothing by itself. */
export async function approvalLink(
  { uid, expiresAt: requestExpiresAt }: BackchannelRequest,
  { tenant, store, random, now }: Context,
): Promise<{ readonly link: string; readonly expiresAt: EpochSeconds }> {
  const token = randomToken(random)
  const expiresAt = Math.min(now + LIFETIME, requestExpiresAt)
  await store.backchannelRequests.addLink(uid, digest(token), expiresAt)
  return { link: `${tenant.issuer}${APPROVAL_PATH}?token=${token}`, expiresAt }
}
