import { mintToken } from '../../base/id.ts'
import { checkSignature, identify, PUSHED, signedParams, validate } from '../authorize/index.ts'
import { authenticateClient, type Client } from '../client-auth/index.ts'
import { OAuthError } from '../errors.ts'
import { json } from '../exchange.ts'
import { Params } from '../params.ts'
import type { Endpoint } from './endpoint.ts'

const LIFETIME = 60

/** They prove who pushes, and are of no use to the authorization endpoint. */
const CREDENTIALS: ReadonlySet<string> = new Set([
  'client_secret',
  'client_assertion',
  'client_assertion_type',
])

/** RFC 9126 §2. What the authorization endpoint would refuse is refused here, before any browser is sent. */
export const par: Endpoint = {
  paths: ['/par'],
  methods: ['POST'],
  metadata: 'pushed_authorization_request_endpoint',
  face: 'api',
  async handle(request, context) {
    const { store, now } = context
    const form = Params.parse(request.form)
    const client = await authenticateClient(request, form, context)
    if (form.optional('request_uri') !== undefined)
      throw new OAuthError('invalid_request', 'request_uri cannot be pushed')
    const object = form.optional('request')
    const params =
      object === undefined ? plainParams(form, client) : await signedParams(object, client, context)
    checkSignature(object !== undefined, client)
    await validate(params, identify(params, context), context)
    const { token, key } = mintToken(context.nowMs, context.random)
    await store.pushedRequests.push({
      key,
      applicationUid: client.uid,
      params: params.toString(),
      isSigned: object !== undefined,
      createdAt: now,
      expiresAt: now + LIFETIME,
    })
    return json({ request_uri: `${PUSHED}${token}`, expires_in: LIFETIME }, 201)
  },
}

/** Who authenticated need not say it twice. */
const plainParams = (form: Params, { clientId }: Client): Params =>
  Params.of([
    ...form.entries().filter(([name]) => !CREDENTIALS.has(name) && name !== 'client_id'),
    ['client_id', clientId],
  ])
