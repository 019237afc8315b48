import type { JsonObject } from '../../base/json.ts'
import { bearerToken, invalidToken, unauthenticated } from '../bearer.ts'
import type { Context } from '../context.ts'
import { json } from '../exchange.ts'
import { liveAccessToken } from '../tokens/accept.ts'
import type { Endpoint } from './endpoint.ts'

/** What an API token is, told to whoever holds it. Of no specification, so no metadata names it. */
export const keyinfo: Endpoint = {
  paths: ['/keyinfo'],
  methods: ['GET'],
  isSafe: true,
  face: 'api',
  isProof: true,
  async handle(request, context) {
    const token = bearerToken(request)
    return token === undefined ? unauthenticated : json(await factsOf(token, context))
  },
}

async function factsOf(token: string, context: Context): Promise<JsonObject> {
  const { store, tenant } = context
  const live = await liveAccessToken(token, context)
  const known = live?.format === 'api-token' ? await store.apiTokens.find(live.key) : undefined
  const application = live && tenant.applicationsByUid.get(live.applicationUid)
  if (live === undefined || known === undefined || application === undefined) throw invalidToken()
  return {
    id: known.id,
    ...(known.name === undefined ? {} : { name: known.name }),
    client_id: application.clientId,
    scope: live.scope,
    aud: live.audience,
    exp: live.expiresAt,
  }
}
