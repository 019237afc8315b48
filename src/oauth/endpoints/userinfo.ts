import type { JsonObject } from '../../base/json.ts'
import type { Application } from '../../model/application.ts'
import { isActive } from '../active.ts'
import { bearerToken, invalidToken, unauthenticated } from '../bearer.ts'
import { userinfoClaims } from '../claims.ts'
import type { Context } from '../context.ts'
import { OAuthError } from '../errors.ts'
import { json, jwtReply, type Reply } from '../exchange.ts'
import { signJwt } from '../keys/sign.ts'
import { parseScope } from '../scope.ts'
import { liveAccessToken } from '../tokens/accept.ts'
import { encryptedFor } from '../tokens/encrypt.ts'
import type { Endpoint } from './endpoint.ts'

/** OpenID Connect Core §5.3. Takes any live access token of this issuer that has `openid`. */
export const userinfo: Endpoint = {
  paths: ['/userinfo'],
  methods: ['GET', 'POST'],
  isSafe: true,
  metadata: 'userinfo_endpoint',
  face: 'api',
  isProof: true,
  async handle(request, context) {
    const token = bearerToken(request)
    if (token === undefined) return unauthenticated
    const { application, claims } = await claimsBehind(token, context)
    return userinfoReply(claims, application, context)
  },
}

async function claimsBehind(token: string, context: Context) {
  const record = await liveAccessToken(token, context)
  if (record === undefined) throw invalidToken()
  const scopes = parseScope(record.scope)
  if (record.userUid === undefined || !scopes.includes('openid'))
    throw new OAuthError('insufficient_scope', 'openid was not granted', {}, 'Bearer')
  const user = await context.store.users.find(record.userUid)
  const { tenant } = context
  const application = tenant.applicationsByUid.get(record.applicationUid)
  if (!isActive(user) || application === undefined) throw invalidToken()
  const claims = userinfoClaims(user, { application, tenant, scopes, asked: record.claims })
  return { application, claims: { ...claims, sub: record.subject } }
}

/** OpenID Connect Core §5.3.2: as JSON, or as the JWT that the application asked for. */
async function userinfoReply(
  claims: JsonObject,
  application: Application,
  context: Context,
): Promise<Reply> {
  const { userinfo, clientId } = application
  if (userinfo.signed === undefined) return json(claims)
  const from = { iss: context.tenant.issuer, aud: clientId }
  const jwt = await signJwt(context.keys.signer(userinfo.signed), 'JWT', { ...claims, ...from })
  return jwtReply(await encryptedFor(jwt, application, userinfo, context), 'application/jwt')
}
