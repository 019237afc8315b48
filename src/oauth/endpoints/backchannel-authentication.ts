import { mintToken, ulid } from '../../base/id.ts'
import { type Application, CIBA_GRANT, isConfidential } from '../../model/application.ts'
import type { CibaPolicy } from '../../model/ciba.ts'
import type { User } from '../../model/user.ts'
import type { NewBackchannelRequest, PendingLimits } from '../../store/port.ts'
import { isBearerToken } from '../bearer.ts'
import { hintedPerson } from '../ciba/hinted-person.ts'
import { logRequest, noticesOf } from '../ciba/notices.ts'
import { sealPing } from '../ciba/ping.ts'
import { type AuthenticationRequest, validate } from '../ciba/request.ts'
import { askedParams } from '../ciba/signed-request.ts'
import { checkUserCode } from '../ciba/user-code.ts'
import { authenticateClient } from '../client-auth/index.ts'
import type { Context } from '../context.ts'
import { OAuthError } from '../errors.ts'
import { json } from '../exchange.ts'
import { Params } from '../params.ts'
import type { Endpoint } from './endpoint.ts'

/** What one person is asked at once, whoever asks. */
const OF_PERSON = 10
const OF_APPLICATION_TO_PERSON = 3
/** CIBA §7.1, of a client_notification_token. */
const MAX_TOKEN = 1024

/** CIBA §7. The answer says only that the person is being asked. */
export const backchannelAuthentication: Endpoint = {
  paths: ['/backchannel_authentication'],
  methods: ['POST'],
  metadata: 'backchannel_authentication_endpoint',
  face: 'api',
  async handle(request, context) {
    const form = Params.parse(request.form)
    const client = await authenticateClient(request, form, context)
    const policy = policyOf(client)
    const params = await askedParams(form, client, policy, context)
    const { userCode, ...asked } = validate(params, client, policy, context)
    const user = await hintedPerson(params, client, policy, context)
    await checkUserCode(userCode, user, client, context)
    const { authReqId, row } = requestFor(asked, client, user, policy, context)
    const sealedPing = pingFor(params, authReqId, row.uid, policy, context)
    await begin({ ...row, sealedPing }, policy, context)
    await logRequest(row, client, context)
    return json({ auth_req_id: authReqId, expires_in: asked.lifetime, interval: policy.interval })
  },
}

/** CIBA §7.1: a client that wants to be told brings the token by which it will know us. */
function pingFor(
  params: Params,
  authReqId: string,
  uid: string,
  { notificationEndpoint }: CibaPolicy,
  context: Context,
): string | undefined {
  if (notificationEndpoint === undefined) return undefined
  const token = params.required('client_notification_token')
  if (!isBearerToken(token) || token.length > MAX_TOKEN)
    throw new OAuthError('invalid_request', 'client_notification_token is not a bearer token')
  return sealPing({ authReqId, token }, uid, context)
}

/** CIBA §7.1: the client authenticates, so a public one cannot ask. */
function policyOf(client: Application): CibaPolicy {
  if (client.ciba === undefined || !client.grants.has(CIBA_GRANT) || !isConfidential(client))
    throw new OAuthError('unauthorized_client', 'the client may not ask people by this endpoint')
  return client.ciba
}

function requestFor(
  { lifetime, ...asked }: Omit<AuthenticationRequest, 'userCode'>,
  client: Application,
  user: User,
  { interval }: CibaPolicy,
  context: Context,
): { readonly authReqId: string; readonly row: Omit<NewBackchannelRequest, 'sealedPing'> } {
  const { token: authReqId, key } = mintToken(context.nowMs, context.random)
  const row = {
    ...asked,
    key,
    uid: ulid(context.nowMs, context.random),
    applicationUid: client.uid,
    userUid: user.uid,
    createdAt: context.now,
    expiresAt: context.now + lifetime,
    interval,
  }
  return { authReqId, row }
}

async function begin(
  row: NewBackchannelRequest,
  { maxPending }: CibaPolicy,
  context: Context,
): Promise<void> {
  const limits: PendingLimits = {
    ofApplication: maxPending,
    ofPerson: OF_PERSON,
    ofApplicationToPerson: OF_APPLICATION_TO_PERSON,
  }
  const notices = noticesOf(row, context)
  const outcome = await context.store.backchannelRequests.begin(row, limits, notices)
  switch (outcome) {
    case 'begun':
      return
    case 'nobody':
      throw new OAuthError('unknown_user_id', 'nobody is known by this hint')
    case 'too-many':
      throw new OAuthError(
        'temporarily_unavailable',
        'too many requests wait for an answer already, try again when one has ended',
      )
  }
}
