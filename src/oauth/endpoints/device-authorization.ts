import { mintToken } from '../../base/id.ts'
import { DEVICE_CODE } from '../../model/application.ts'
import type { NewDevice } from '../../store/port.ts'
import { checkResources, checkScope, requestedResources } from '../authorize/checks.ts'
import { grantableScopes } from '../authorize/index.ts'
import { authenticateClient } from '../client-auth/index.ts'
import type { Context } from '../context.ts'
import { OAuthError } from '../errors.ts'
import { json } from '../exchange.ts'
import { Params } from '../params.ts'
import { keptUserCode, newUserCode, shownUserCode } from '../user-code.ts'
import type { Endpoint } from './endpoint.ts'

/** Where people type the code, below the issuer. */
export const VERIFICATION_PATH = '/device'

/** With 25 thousand million codes and some thousand alive, one is free at the first attempt. */
const ATTEMPTS = 5
const MAX_USER_AGENT = 200

/** RFC 8628 §3.1, §3.2. */
export const deviceAuthorization: Endpoint = {
  paths: ['/device_authorization'],
  methods: ['POST'],
  metadata: 'device_authorization_endpoint',
  face: 'api',
  async handle(request, context) {
    const { tenant, now } = context
    const params = Params.parse(request.form)
    const client = await authenticateClient(request, params, context)
    const { device: policy } = client
    if (policy === undefined || !client.grants.has(DEVICE_CODE))
      throw new OAuthError('unauthorized_client', 'the client may not use this grant_type')
    const asked = { params, application: client, tenant }
    checkScope(asked)
    checkResources(asked)
    const { token: deviceCode, key } = mintToken(context.nowMs, context.random)
    const userCode = await begin(
      {
        key,
        applicationUid: client.uid,
        scopes: grantableScopes(params, client),
        resources: requestedResources(params, tenant),
        clientAddress: request.clientAddress,
        userAgent: (request.header('user-agent') ?? '').slice(0, MAX_USER_AGENT),
        createdAt: now,
        expiresAt: now + policy.lifetime,
        interval: policy.interval,
      },
      context,
    )
    const verificationUri = `${tenant.issuer}${VERIFICATION_PATH}`
    return json({
      device_code: deviceCode,
      user_code: userCode,
      verification_uri: verificationUri,
      verification_uri_complete: `${verificationUri}?user_code=${userCode}`,
      expires_in: policy.lifetime,
      interval: policy.interval,
    })
  },
}

/** The code that nobody else has now, as people read it. */
async function begin(
  device: Omit<NewDevice, 'userCode'>,
  { store, keys, random }: Context,
): Promise<string> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const code = newUserCode(random)
    if (await store.devices.begin({ ...device, userCode: keptUserCode(code, keys) }))
      return shownUserCode(code)
  }
  throw new OAuthError('temporarily_unavailable', 'no user code is free, try again')
}
