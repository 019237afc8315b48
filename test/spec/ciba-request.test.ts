import { beforeAll, describe, expect, test } from 'vitest'
import { CIBA_GRANT } from '../../src/model/application.ts'
import { aCibaProvider, type CibaProvider } from '../support/ciba.ts'
import { eachStore } from '../support/each-store.ts'
import { basic, codeForm, type Form } from '../support/provider.ts'
import { times } from '../support/rows.ts'

interface Refused {
  readonly error: string
  readonly when: string
  readonly change: Form
  readonly clientId?: string
}

eachStore((open) => {
  let provider: CibaProvider
  beforeAll(async () => {
    provider = await aCibaProvider(await open())
  })
  const ask: CibaProvider['ask'] = (...args) => provider.ask(...args)

  describe('CIBA §4 metadata (C1)', () => {
    test('says where, how and with which grant', async () => {
      const metadata = await (await provider.get('/.well-known/openid-configuration')).json()
      expect(metadata).toMatchObject({
        backchannel_authentication_endpoint: `${provider.tenant.issuer}/backchannel_authentication`,
        backchannel_token_delivery_modes_supported: ['poll', 'ping'],
        backchannel_authentication_request_signing_alg_values_supported: [
          'RS256',
          'PS256',
          'ES256',
          'EdDSA',
        ],
        backchannel_user_code_parameter_supported: false,
        grant_types_supported: expect.arrayContaining([CIBA_GRANT]),
      })
    })
  })

  describe('CIBA §7.1 authentication request (C3)', () => {
    test.for([
      { error: 'invalid_scope', when: 'scope is missing', change: { scope: '' } },
      { error: 'invalid_scope', when: 'scope lacks openid', change: { scope: 'email' } },
      { error: 'invalid_scope', when: 'scope is unknown', change: { scope: 'openid fly' } },
      {
        error: 'invalid_scope',
        when: 'scope is not the client’s',
        change: { scope: 'openid orders:read' },
        clientId: 'small',
      },
      { error: 'invalid_target', when: 'resource is unknown', change: { resource: 'https://no/' } },
      { error: 'invalid_request', when: 'no hint is sent', change: { login_hint: '' } },
      {
        error: 'invalid_request',
        when: 'two hints are sent',
        change: { login_hint_token: 'x' },
      },
      {
        error: 'invalid_request',
        when: 'the hint is a login_hint_token',
        change: { login_hint: '', login_hint_token: 'x' },
      },
      {
        error: 'invalid_request',
        when: 'the hint is not the client’s to use',
        change: { login_hint: '', id_token_hint: 'x' },
        clientId: 'named',
      },
      {
        error: 'invalid_request',
        when: 'id_token_hint is not an ID token',
        change: { login_hint: '', id_token_hint: 'x.y.z' },
      },
      { error: 'unknown_user_id', when: 'nobody is called so', change: { login_hint: 'eve' } },
      { error: 'unknown_user_id', when: 'the person is disabled', change: { login_hint: 'dave' } },
      {
        error: 'invalid_binding_message',
        when: 'binding_message is too long',
        change: { binding_message: 'x'.repeat(256) },
      },
      {
        error: 'invalid_binding_message',
        when: 'binding_message is not ASCII',
        change: { binding_message: 'W4–SCT' },
      },
      {
        error: 'invalid_binding_message',
        when: 'binding_message has a line break',
        change: { binding_message: 'one\ntwo' },
      },
      ...['0', '-1', '1.5', 'soon', '1e2', '99999999999'].map((requested_expiry) => ({
        error: 'invalid_request',
        when: `requested_expiry is ${requested_expiry}`,
        change: { requested_expiry },
      })),
      { error: 'invalid_request', when: 'user_code is sent', change: { user_code: '1234' } },
      { error: 'unauthorized_client', when: 'it lacks settings', change: {}, clientId: 'without' },
      { error: 'unauthorized_client', when: 'it lacks the grant', change: {}, clientId: 'silent' },
    ] as readonly Refused[])('$error when $when', async ({ error, change, clientId = 'web' }) => {
      const { status, body } = await ask({ login_hint: 'bob', ...change }, basic(clientId))
      expect([status, body]).toMatchObject([400, { error, error_description: expect.any(String) }])
    })

    test.for([
      { when: 'the secret is wrong', form: {}, headers: basic('web', 'wrong'), status: 401 },
      { when: 'nobody says who asks', form: {}, headers: {}, status: 401 },
      { when: 'the client is public', form: { client_id: 'spa' }, headers: {}, status: 400 },
    ])('refuses when $when', async ({ form, headers, status }) => {
      const error = status === 401 ? 'invalid_client' : 'unauthorized_client'
      const answer = await ask({ login_hint: 'bob', ...form }, headers)
      expect(answer).toMatchObject({ status, body: { error } })
    })

    test.for([
      { as: 'not at all', requested_expiry: '', expires_in: 120 },
      { as: 'a number', requested_expiry: '10', expires_in: 10 },
      { as: 'more than the application has', requested_expiry: '86400', expires_in: 120 },
    ])('requested_expiry as $as', async ({ requested_expiry, expires_in }) => {
      const { username } = await provider.somebody()
      const { body } = await ask({ login_hint: username, requested_expiry })
      expect(body).toMatchObject({ expires_in })
    })

    test.for(['bob', 'BOB', 'bob@x.example'])('login_hint %s is bob', async (login_hint) => {
      expect(await ask({ login_hint })).toMatchObject({ status: 200 })
    })

    test.for([
      { when: 'issued to the client', clientId: 'web', status: 200 },
      { when: 'issued to another', clientId: 'other', status: 400 },
    ])('id_token_hint, expired, $when: $status', async ({ clientId, status }) => {
      const redeemed = await provider.post('/token', codeForm(await provider.code()), basic())
      const { id_token: id_token_hint } = await redeemed.json()
      const answer = await ask({ id_token_hint }, basic(clientId), 5000)
      expect(answer.status).toBe(status)
    })

    test('acr_values and unknown parameters change nothing', async () => {
      const change = { login_hint: 'carol', acr_values: '1 2', whatever: 'y' }
      expect(await ask(change)).toMatchObject({ status: 200 })
    })

    test('one application cannot fill the inbox of a person', async () => {
      const { username } = await provider.somebody()
      const answers = await times(6, () => ask({ login_hint: username }))
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(3)
      const refused = answers.filter(({ status }) => status !== 200)
      for (const { body } of refused) expect(body.error).toBe('temporarily_unavailable')
      expect(await ask({ login_hint: username }, basic('other'))).toMatchObject({ status: 200 })
    })
  })

  describe('CIBA §7.3 acknowledgement (C4)', () => {
    test('names the request, and says how long and how often', async () => {
      const { username } = await provider.somebody()
      const { status, headers, body } = await ask({ login_hint: username })
      expect(status).toBe(200)
      expect(headers.get('cache-control')).toBe('no-store')
      expect(body).toEqual({
        auth_req_id: expect.stringMatching(/^[A-Za-z0-9._-]{51}$/),
        expires_in: 120,
        interval: 5,
      })
    })
  })
})
