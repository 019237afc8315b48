import { rowKey } from '../../base/id.ts'
import type { JsonObject } from '../../base/json.ts'
import { isConfidential } from '../../model/application.ts'
import type { SigningAlgorithm } from '../../model/key.ts'
import { isActive } from '../active.ts'
import { authenticateClient, type Client } from '../client-auth/index.ts'
import type { Context } from '../context.ts'
import { OAuthError } from '../errors.ts'
import { json, jwtReply, type Reply, type Request } from '../exchange.ts'
import { ownerOf } from '../grants/owner.ts'
import { signJwt } from '../keys/sign.ts'
import { Params } from '../params.ts'
import { formatScope, parseScope } from '../scope.ts'
import { liveAccessToken } from '../tokens/accept.ts'
import { claimsOfRow } from '../tokens/access-token.ts'
import { encryptedFor } from '../tokens/encrypt.ts'
import type { Endpoint } from './endpoint.ts'

/** RFC 7662. What the caller may not see does not exist for it. */
export const introspect: Endpoint = {
  paths: ['/introspect'],
  methods: ['POST'],
  metadata: 'introspection_endpoint',
  face: 'api',
  async handle(request, context) {
    const params = Params.parse(request.form)
    const client = await authenticateClient(request, params, context)
    // RFC 7662 §2.1: whoever cannot authenticate could scan for tokens.
    if (!isConfidential(client))
      throw new OAuthError('invalid_client', 'the client may not introspect tokens')
    const presented = params.required('token')
    const facts =
      (await factsOfAccessToken(presented, client, context)) ??
      (await factsOfRefreshToken(presented, client, context))
    return introspectionReply(facts ?? { active: false }, { client, request, context })
  },
}

const TYPE = 'application/token-introspection+jwt'

interface Asking {
  readonly client: Client
  readonly request: Request
  readonly context: Context
}

/** RFC 9701 §5: a JWT for whoever asks for one, now or by its settings. */
async function introspectionReply(
  facts: JsonObject,
  { client, request, context }: Asking,
): Promise<Reply> {
  const { introspection, clientId } = client
  const isAsked = (request.header('accept') ?? '').toLowerCase().includes(TYPE)
  if (introspection.signed === undefined && !isAsked) return json(facts)
  const { tenant, keys, now } = context
  const algorithm = introspection.signed ?? usualAlgorithm(tenant.keyPolicy.algorithms)
  const jwt = await signJwt(keys.signer(algorithm), 'token-introspection+jwt', {
    iss: tenant.issuer,
    aud: clientId,
    iat: now,
    token_introspection: facts,
  })
  return jwtReply(await encryptedFor(jwt, client, introspection, context), TYPE)
}

/** RFC 9701 §6: RS256, where there is such a key. */
const usualAlgorithm = (algorithms: readonly SigningAlgorithm[]): SigningAlgorithm =>
  algorithms.find((algorithm) => algorithm === 'RS256') ?? algorithms[0] ?? 'RS256'

/** What a JWT would say, also of an opaque one, as it is by now; what is for the API, to the API alone. */
async function factsOfAccessToken(
  token: string,
  client: Client,
  context: Context,
): Promise<JsonObject | undefined> {
  const { store, tenant } = context
  const record = await liveAccessToken(token, context)
  if (record === undefined) return undefined
  const resource = tenant.resources.get(record.audience)
  const isForCaller = resource?.introspectors.has(client.uid) === true
  if (!isForCaller && record.applicationUid !== client.uid) return undefined
  const application = tenant.applicationsByUid.get(record.applicationUid)
  const { authorizationUid, userUid, jti } = record
  const signIn =
    authorizationUid === undefined ? undefined : await store.authorizations.find(authorizationUid)
  const user = signIn?.user ?? (userUid === undefined ? undefined : await store.users.find(userUid))
  if (application === undefined || (userUid !== undefined && !isActive(user))) return undefined
  const bearing = { application, tenant, scopes: parseScope(record.scope), user, signIn }
  return {
    ...claimsOfRow(record, { ...bearing, resource: isForCaller ? resource : undefined }),
    ...(jti === undefined ? {} : { jti }),
    token_type: 'Bearer',
    active: true,
  }
}

/** Only the client that holds it has any business with a refresh token. */
async function factsOfRefreshToken(
  token: string,
  client: Client,
  context: Context,
): Promise<JsonObject | undefined> {
  const key = rowKey(token)
  const record = key === undefined ? undefined : await context.store.refreshTokens.find(key)
  if (record?.applicationUid !== client.uid || record.consumedAt !== undefined) return undefined
  const exp = Math.min(record.expiresAt, record.idleExpiresAt)
  const owner = exp > context.now ? await ownerOf(record.authorization, context) : undefined
  if (owner === undefined) return undefined
  return {
    active: true,
    iss: context.tenant.issuer,
    sub: owner.subject,
    client_id: client.clientId,
    scope: formatScope(owner.authorization.scopes),
    iat: record.issuedAt,
    exp,
  }
}
