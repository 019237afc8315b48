import { rowKey } from '../../base/id.ts'
import type { Seconds } from '../../base/time.ts'
import { DEVICE_CODE } from '../../model/application.ts'
import type { AuthorizationRecord, DeviceRecord } from '../../store/port.ts'
import type { Context } from '../context.ts'
import { OAuthError } from '../errors.ts'
import { resourcesToChooseFrom } from '../resource.ts'
import { newFamily } from './family.ts'
import type { Grant } from './grant.ts'
import { ownerOf } from './owner.ts'

/** RFC 8628 §3.5: what a poll that comes too soon adds to the interval. */
const PENALTY: Seconds = 5

/** RFC 8628 §3.4: a device asks until the person has decided elsewhere. */
export const deviceCode: Grant = {
  type: DEVICE_CODE,
  async redeem(params, client, context) {
    const { store, now, tenant } = context
    const key = rowKey(params.required('device_code'))
    const device = key === undefined ? undefined : await store.devices.find(key)
    if (key === undefined || device?.applicationUid !== client.uid)
      throw invalidCode('unknown, or not of this client')
    const authorization = await decision(device, context)
    const owner = await ownerOf(authorization, context)
    if (owner === undefined) throw invalidCode('authorization has ended')
    return {
      owner,
      scopes: authorization.scopes,
      resources: resourcesToChooseFrom(params, authorization.resources, tenant),
      nonce: undefined,
      family: newFamily(client, authorization.isOffline),
      async settle(bought, response) {
        const outcome = await store.devices.redeem(key, bought, now)
        if (outcome === 'replayed') throw invalidCode('another redemption came first')
        return response
      },
    }
  },
}

/** What the person allowed. Anything else is one of the answers of RFC 8628 §3.5. */
async function decision(
  { key, authorization, consumedAt, deniedAt, expiresAt }: DeviceRecord,
  { store, now }: Context,
): Promise<AuthorizationRecord> {
  if (consumedAt !== undefined) {
    if (authorization !== undefined) await store.authorizations.revoke(authorization.uid, now)
    throw invalidCode('replayed')
  }
  if (deniedAt !== undefined) throw new OAuthError('access_denied', 'the person did not allow it')
  if (expiresAt <= now) throw new OAuthError('expired_token', 'device_code has expired')
  if (authorization !== undefined) return authorization
  if ((await store.devices.poll(key, PENALTY, now)) === 'too-soon')
    throw new OAuthError('slow_down', 'wait 5 seconds longer between two requests from now on')
  throw new OAuthError('authorization_pending', 'the person has not decided yet')
}

const invalidCode = (why: string): OAuthError =>
  new OAuthError('invalid_grant', 'device_code is not valid', { why })
