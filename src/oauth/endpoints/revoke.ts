import { rowKey } from '../../base/id.ts'
import { authenticateClient, type Client } from '../client-auth/index.ts'
import type { Context } from '../context.ts'
import { json } from '../exchange.ts'
import { Params } from '../params.ts'
import { accessTokenRecord } from '../tokens/accept.ts'
import type { Endpoint } from './endpoint.ts'

/** RFC 7009. A token that is unknown, dead or somebody else's is answered like one just revoked. */
export const revoke: Endpoint = {
  paths: ['/revoke'],
  methods: ['POST'],
  metadata: 'revocation_endpoint',
  face: 'api',
  async handle(request, context) {
    const params = Params.parse(request.form)
    const client = await authenticateClient(request, params, context)
    const presented = params.required('token')
    const isRefreshToken = await revokeRefreshToken(presented, client, context)
    if (!isRefreshToken) await revokeAccessToken(presented, client, context)
    return json({})
  },
}

/** RFC 7009 §2.1: with a refresh token everything from the same authorization ends. */
async function revokeRefreshToken(token: string, client: Client, context: Context) {
  const key = rowKey(token)
  const record = key === undefined ? undefined : await context.store.refreshTokens.find(key)
  if (record?.applicationUid !== client.uid) return false
  await context.store.authorizations.revoke(record.authorizationUid, context.now)
  return true
}

/** RFC 7009 §2.1 would let the refresh token go as well: one API is done with, not the whole sign-in. */
async function revokeAccessToken(token: string, client: Client, context: Context): Promise<void> {
  const record = await accessTokenRecord(token, context)
  if (record?.applicationUid !== client.uid) return
  await context.store.accessTokens.revoke(record.key, context.now)
}
