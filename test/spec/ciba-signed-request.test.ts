import { beforeAll, describe, expect, test } from 'vitest'
import { aClaimSet, aKey, type ClaimSet, signed, type TestKey } from '../support/assertion.ts'
import { NOW } from '../support/builders.ts'
import { aCibaProvider, type CibaProvider } from '../support/ciba.ts'
import { eachStore } from '../support/each-store.ts'
import { basic, type Form } from '../support/provider.ts'
import { requestKey } from '../support/request-keys.ts'
import { times } from '../support/rows.ts'

interface Signing {
  readonly clientId?: string
  readonly key?: TestKey
  readonly header?: Readonly<Record<string, unknown>>
}

eachStore((open) => {
  let provider: CibaProvider
  beforeAll(async () => {
    provider = await aCibaProvider(await open())
  })
  const issuer = () => provider.tenant.issuer

  /** One valid request of `signs` for somebody new; a claim that is undefined is left out. */
  async function anObject(claims: ClaimSet = {}, signing: Signing = {}): Promise<string> {
    const { clientId = 'signs', key = requestKey('ES256'), header } = signing
    const { username } = await provider.somebody()
    const instants = { nbf: NOW, exp: NOW + 300, sub: undefined }
    const asked = { scope: 'openid email', login_hint: username, binding_message: 'W4SCT' }
    return signed(aClaimSet(clientId, issuer(), { ...instants, ...asked, ...claims }), key, header)
  }

  async function send(request: string, beside: Form = {}, clientId = 'signs') {
    const form = { request, ...beside }
    const answer = await provider.post('/backchannel_authentication', form, basic(clientId))
    return { status: answer.status, body: await answer.json() }
  }

  describe('CIBA §7.1.1 a signed authentication request', () => {
    test.for(['ES256', 'RS256', 'PS256', 'EdDSA'])('by %s is taken', async (alg) => {
      const { status, body } = await send(await anObject({}, { key: requestKey(alg) }))
      expect(status).toBe(200)
      expect(body).toMatchObject({ auth_req_id: expect.any(String), expires_in: 120 })
    })

    test('asks the person for what is inside of it', async () => {
      const user = await provider.somebody()
      const claims = { login_hint: user.username, scope: 'openid', binding_message: 'inside' }
      await send(await anObject(claims))
      expect(await provider.store.backchannelRequests.pendingFor(user.uid, NOW)).toMatchObject([
        { scopes: ['openid'], bindingMessage: 'inside' },
      ])
    })

    test.for<{ when: string; claims?: () => ClaimSet; signing?: Signing }>([
      { when: 'aud is a list', claims: () => ({ aud: ['https://x.example', issuer()] }) },
      { when: 'typ is JWT', signing: { header: { typ: 'JWT' } } },
      { when: 'client_id is inside, too', claims: () => ({ client_id: 'signs' }) },
      { when: 'it is made 8 s ahead', claims: () => ({ iat: NOW + 8, nbf: NOW + 8 }) },
      { when: 'it is valid for an hour', claims: () => ({ exp: NOW + 3600 }) },
      { when: 'something is unknown', claims: () => ({ extra: { a: [1] }, other: null }) },
    ])('is taken when $when', async ({ claims, signing }) => {
      expect(await send(await anObject(claims?.(), signing))).toMatchObject({ status: 200 })
    })

    test.for([10, '10'])('takes requested_expiry as %j', async (requested_expiry) => {
      const { body } = await send(await anObject({ requested_expiry }))
      expect(body).toMatchObject({ expires_in: 10 })
    })

    test.for([
      { error: 'invalid_request', requested_expiry: 1.5 },
      { error: 'invalid_scope', scope: 'email' },
    ])('is checked like any other: $error', async ({ error, ...claims }) => {
      expect(await send(await anObject(claims))).toMatchObject({ status: 400, body: { error } })
    })

    test('counts once, however many arrive at once', async () => {
      const request = await anObject()
      const answers = await times(5, () => send(request))
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
      for (const { status, body } of answers)
        if (status !== 200) expect(body.error).toBe('invalid_request')
    })
  })

  const refusals: readonly {
    readonly when: string
    readonly claims?: () => ClaimSet
    readonly signing?: Signing
    readonly object?: () => Promise<string>
    readonly beside?: Form
  }[] = [
    { when: 'it is no JWT', object: async () => 'x' },
    { when: 'it is not signed', object: async () => unsigned(await anObject()) },
    { when: 'its signature is broken', object: async () => (await anObject()).slice(0, -9) },
    { when: 'the key is of nobody', signing: { key: aKey('es', 'ES256') } },
    {
      when: 'it is for the authorization endpoint by its typ',
      signing: typed('oauth-authz-req+jwt'),
    },
    { when: 'it is an authentication by its typ', signing: typed('client-authentication+jwt') },
    { when: 'iss is another', claims: () => ({ iss: 'web' }) },
    { when: 'iss is missing', claims: () => ({ iss: undefined }) },
    { when: 'aud is another', claims: () => ({ aud: 'https://id.example/other' }) },
    {
      when: 'aud is the endpoint',
      claims: () => ({ aud: `${issuer()}/backchannel_authentication` }),
    },
    { when: 'aud is missing', claims: () => ({ aud: undefined }) },
    { when: 'client_id is another', claims: () => ({ client_id: 'web' }) },
    { when: 'it could pass for authentication', claims: () => ({ sub: 'signs' }) },
    { when: 'it asks for a code', claims: () => ({ response_type: 'code' }) },
    { when: 'it holds request', claims: () => ({ request: 'x' }) },
    { when: 'exp is missing', claims: () => ({ exp: undefined }) },
    { when: 'exp is text', claims: () => ({ exp: String(NOW + 60) }) },
    { when: 'it has expired', claims: () => ({ exp: NOW }) },
    { when: 'exp is 70 minutes ahead', claims: () => ({ exp: NOW + 4200 }) },
    { when: 'it is valid for too long', claims: () => ({ nbf: NOW - 3500, exp: NOW + 300 }) },
    { when: 'nbf is missing', claims: () => ({ nbf: undefined }) },
    { when: 'nbf is a minute ahead', claims: () => ({ nbf: NOW + 60 }) },
    { when: 'iat is missing', claims: () => ({ iat: undefined }) },
    { when: 'iat is a minute ahead', claims: () => ({ iat: NOW + 60 }) },
    { when: 'jti is missing', claims: () => ({ jti: undefined }) },
    { when: 'jti is empty', claims: () => ({ jti: '' }) },
    { when: 'jti is too long', claims: () => ({ jti: 'x'.repeat(257) }) },
    { when: 'the hint is not in it', claims: () => ({ login_hint: undefined }) },
    {
      when: 'a hint is beside it',
      claims: () => ({ login_hint: undefined }),
      beside: { login_hint: 'bob' },
    },
    { when: 'a scope is beside it', beside: { scope: 'openid' } },
    { when: 'a user_code is in it', claims: () => ({ user_code: '1234' }) },
    { when: 'a user_code is beside it', beside: { user_code: '1234' } },
  ]

  function typed(typ: string): Signing {
    return { header: { typ } }
  }

  const unsigned = (object: string): string =>
    `${btoa('{"alg":"none"}').replaceAll('=', '')}.${object.split('.')[1]}.`

  describe('CIBA §7.1.1, §13 what is refused', () => {
    test.for(refusals)(
      'invalid_request when $when',
      async ({ claims, signing, object, beside }) => {
        const request = object ? await object() : await anObject(claims?.(), signing)
        expect(await send(request, beside)).toEqual({
          status: 400,
          body: {
            error: 'invalid_request',
            error_description: expect.any(String),
            error_uri: `${issuer()}/docs/errors/invalid_request`,
          },
        })
      },
    )

    test('an application without keys cannot sign', async () => {
      const request = await anObject({}, { clientId: 'web' })
      expect(await send(request, {}, 'web')).toMatchObject({ body: { error: 'invalid_request' } })
    })

    test('what one application signed is of no use to another', async () => {
      const answer = await send(await anObject(), {}, 'signs-only')
      expect(answer).toMatchObject({ body: { error: 'invalid_request' } })
    })

    test('it does not stand for client authentication', async () => {
      const form = { request: await anObject(), client_id: 'signs' }
      const answer = await provider.post('/backchannel_authentication', form)
      expect(answer.status).toBe(401)
    })
  })

  describe('an application that has to sign', () => {
    const signedBy = (alg: string) => anObject({}, { clientId: 'signs-only', key: requestKey(alg) })

    test('by its algorithm and no other', async () => {
      expect(await send(await signedBy('ES256'), {}, 'signs-only')).toMatchObject({ status: 200 })
      const other = await send(await signedBy('RS256'), {}, 'signs-only')
      expect(other).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
    })

    test('is refused without', async () => {
      const plain = await provider.ask({ login_hint: 'bob' }, basic('signs-only'))
      expect(plain).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
    })
  })
})
