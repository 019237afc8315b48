import { rowKey } from '../../base/id.ts'
import { CIBA_GRANT } from '../../model/application.ts'
import type { BackchannelRecord } from '../../store/port.ts'
import type { Context } from '../context.ts'
import { OAuthError } from '../errors.ts'
import { resourcesToChooseFrom } from '../resource.ts'
import { newFamily } from './family.ts'
import type { Grant } from './grant.ts'
import { ownerOf } from './owner.ts'

/** CIBA §10.1 and §11: the client asks whether the person has answered. */
export const ciba: Grant = {
  type: CIBA_GRANT,
  async redeem(params, client, context) {
    const { store, now, tenant } = context
    const key = rowKey(params.required('auth_req_id'))
    const request = key === undefined ? undefined : await store.backchannelRequests.find(key)
    if (key === undefined || request?.applicationUid !== client.uid)
      throw invalidRequest('unknown, or not of this client')
    if (request.consumedAt !== undefined) throw invalidRequest('replayed')
    if (request.expiresAt <= now)
      throw new OAuthError('expired_token', 'auth_req_id has expired, ask again')
    const { authorization } = request
    if (authorization === undefined) throw await withoutAnswer(request, key, context)
    const owner = await ownerOf(authorization, context)
    if (owner === undefined) throw invalidRequest('authorization has ended')
    return {
      owner,
      scopes: authorization.scopes,
      resources: resourcesToChooseFrom(params, authorization.resources, tenant),
      nonce: undefined,
      family: newFamily(client, authorization.isOffline),
      async settle(bought, response) {
        if (await store.backchannelRequests.redeem(key, bought, now)) return response
        throw invalidRequest('another redemption came first')
      },
    }
  },
}

async function withoutAnswer(
  { decidedAt }: BackchannelRecord,
  key: Buffer,
  { store, now }: Context,
): Promise<OAuthError> {
  if (decidedAt !== undefined) return new OAuthError('access_denied', 'the person did not allow it')
  return (await store.backchannelRequests.poll(key, now)) === 'in-time'
    ? new OAuthError('authorization_pending', 'the person has not answered yet')
    : new OAuthError('slow_down', 'the pause between two polls is 5 seconds longer from now on')
}

const invalidRequest = (why: string): OAuthError =>
  new OAuthError('invalid_grant', 'auth_req_id is not valid', { why })
