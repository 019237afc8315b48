import { isActive } from '../active.ts'
import { bearerToken } from '../bearer.ts'
import { userinfoClaims } from '../claims.ts'
import type { Context } from '../context.ts'
import { OAuthError } from '../errors.ts'
import { json, type Reply } from '../exchange.ts'
import { parseScope } from '../scope.ts'
import { liveAccessToken } from '../tokens/accept.ts'
import type { Endpoint } from './endpoint.ts'

/** OpenID Connect Core §5.3. Takes any live access token of this issuer that has `openid`. */
export const userinfo: Endpoint = {
  paths: ['/userinfo'],
  methods: ['GET', 'POST'],
  metadata: 'userinfo_endpoint',
  face: 'api',
  isProof: true,
  async handle(request, context) {
    const token = bearerToken(request)
    return token === undefined ? unauthenticated : json(await claimsBehind(token, context))
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
  return { ...claims, sub: record.subject }
}

/** RFC 6750 §3.1: without any credentials there is no error to name. */
const unauthenticated: Reply = {
  status: 401,
  headers: { 'www-authenticate': 'Bearer realm="tokenidp"', 'cache-control': 'no-store' },
  body: '',
}

const invalidToken = (): OAuthError =>
  new OAuthError('invalid_token', 'the access token is not valid', {}, 'Bearer')
