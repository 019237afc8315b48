import { beforeAll, describe, expect, test } from 'vitest'
import { anApplication, aPublicApplication, NOW } from '../support/builders.ts'
import { eachStore } from '../support/each-store.ts'
import { aProvider, basic, codeForm, type Form, type Provider } from '../support/provider.ts'

const APPLICATIONS = [
  anApplication(),
  anApplication({ clientId: 'other' }),
  anApplication({ clientId: 'loose', pkce: 'optional' }),
  anApplication({ clientId: 'codes', grants: new Set(['authorization_code']) }),
  anApplication({
    clientId: 'eager',
    refreshToken: { ...anApplication().refreshToken, issue: 'always' },
  }),
  aPublicApplication({ redirectUris: ['https://web.example/callback'] }),
]

eachStore((open) => {
  let provider: Provider
  beforeAll(async () => {
    provider = await aProvider(await open(), { applications: APPLICATIONS })
  })

  const exchange = async (change: Form = {}, headers = basic()) =>
    provider.post('/token', codeForm(await provider.code(), change), headers)

  describe('RFC 6749 §4.1.3 access token request', () => {
    test('a code buys what was granted', async () => {
      const response = await exchange()
      expect(response.status).toBe(200)
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(response.headers.get('content-type')).toBe('application/json')
      expect(await response.json()).toEqual({
        access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
        token_type: 'Bearer',
        expires_in: 900,
        refresh_token: expect.stringMatching(/^[\w-]{51}$/),
        id_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
        scope: 'openid email offline_access orders:read',
      })
    })

    test.for([
      { when: 'grant_type is absent', change: { grant_type: '' }, error: 'invalid_request' },
      {
        when: 'grant_type is unknown',
        change: { grant_type: 'magic' },
        error: 'unsupported_grant_type',
      },
      { when: 'code is absent', change: { code: '' }, error: 'invalid_request' },
      { when: 'code is a guess', change: { code: 'guess' }, error: 'invalid_grant' },
      {
        when: 'code is a guess of the right shape',
        change: { code: 'A'.repeat(51) },
        error: 'invalid_grant',
      },
      {
        when: 'redirect_uri differs',
        change: { redirect_uri: 'https://web.example/' },
        error: 'invalid_grant',
      },
      { when: 'verifier is absent', change: { code_verifier: '' }, error: 'invalid_grant' },
      {
        when: 'verifier differs',
        change: { code_verifier: 'w'.repeat(43) },
        error: 'invalid_grant',
      },
      {
        when: 'resource was not authorized',
        change: { resource: 'https://bills.acme.example/' },
        error: 'invalid_target',
      },
      {
        when: 'resource is unknown',
        change: { resource: 'https://x.example' },
        error: 'invalid_target',
      },
    ])('$error when $when', async ({ change, error }) => {
      const response = await exchange(change)
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ error })
    })

    test('401 with a challenge when Basic is wrong', async () => {
      const response = await exchange({}, basic('web', 'guess'))
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toMatch(/^Basic realm=/)
    })

    test('a code of one client is worth nothing to another, and is not lost by it', async () => {
      const form = codeForm(await provider.code())
      expect((await provider.post('/token', form, basic('other'))).status).toBe(400)
      expect((await provider.post('/token', form, basic())).status).toBe(200)
    })

    test('a code ends after its lifetime', async () => {
      const form = codeForm(await provider.code())
      const late = await provider.with({ now: NOW + 60 }).post('/token', form, basic())
      expect(await late.json()).toMatchObject({ error: 'invalid_grant' })
      const early = await provider.with({ now: NOW + 59 }).post('/token', form, basic())
      expect(early.status).toBe(200)
    })

    test('a second use ends what the first one won', async () => {
      const form = codeForm(await provider.code())
      const won = await (await provider.post('/token', form, basic())).json()
      const again = await provider.post('/token', form, basic())
      expect(await again.json()).toMatchObject({ error: 'invalid_grant' })

      const headers = { authorization: `Bearer ${won.access_token}` }
      expect((await provider.get('/userinfo', headers)).status).toBe(401)
      const refresh = { grant_type: 'refresh_token', refresh_token: won.refresh_token }
      expect((await provider.post('/token', refresh, basic())).status).toBe(400)
    })

    test('of 50 redemptions of one code one wins', async () => {
      const form = codeForm(await provider.code())
      const responses = await Promise.all(
        Array.from({ length: 50 }, () => provider.post('/token', form, basic())),
      )
      const statuses = responses.map(({ status }) => status)
      expect(statuses.filter((status) => status === 200)).toHaveLength(1)
      expect(statuses.filter((status) => status === 400)).toHaveLength(49)
    })
  })

  describe('RFC 7636 §4.6', () => {
    test('a wrong verifier burns the code', async () => {
      const code = await provider.code()
      await provider.post('/token', codeForm(code, { code_verifier: 'w'.repeat(43) }), basic())
      expect((await provider.post('/token', codeForm(code), basic())).status).toBe(400)
    })

    test('redirect_uri may be absent when PKCE was used', async () => {
      expect((await exchange({ redirect_uri: '' })).status).toBe(200)
    })

    const without = { client_id: 'loose', code_challenge: '', code_challenge_method: '' }
    test.for([
      { status: 200, when: 'all is as asked', change: { code_verifier: '' } },
      { status: 400, when: 'there is a verifier', change: {} },
      {
        status: 400,
        when: 'redirect_uri is absent',
        change: { code_verifier: '', redirect_uri: '' },
      },
    ])('$status without a challenge when $when', async ({ status, change }) => {
      const form = codeForm(await provider.code(without), change)
      expect((await provider.post('/token', form, basic('loose'))).status).toBe(status)
    })

    test('a public client proves itself by its verifier alone', async () => {
      const form = codeForm(await provider.code({ client_id: 'spa' }), { client_id: 'spa' })
      expect((await provider.post('/token', form)).status).toBe(200)
    })
  })

  describe('when there is a refresh token, and an ID token', () => {
    test.for([
      { clientId: 'web', scope: 'openid offline_access', has: ['refresh_token', 'id_token'] },
      { clientId: 'web', scope: 'openid', has: ['id_token'] },
      { clientId: 'web', scope: 'orders:read', has: [] },
      { clientId: 'eager', scope: 'orders:read', has: ['refresh_token'] },
      { clientId: 'codes', scope: 'openid offline_access', has: ['id_token'] },
    ])('$clientId with $scope gets $has', async ({ clientId, scope, has }) => {
      const form = codeForm(await provider.code({ client_id: clientId, scope }))
      const body = await (await provider.post('/token', form, basic(clientId))).json()
      expect(['refresh_token', 'id_token'].filter((name) => name in body)).toEqual(has)
    })
  })

  describe('disabled means disabled', () => {
    test('a person disabled after the approval gets nothing', async () => {
      const others = await aProvider(await open())
      const form = codeForm(await others.code())
      await others.store.users.disable('uid-alice', NOW)
      expect((await others.post('/token', form, basic())).status).toBe(400)
    })

    test('a client disabled after the approval gets nothing', async () => {
      const form = codeForm(await provider.code())
      const off = provider.with({ applications: [anApplication({ isDisabled: true })] })
      expect((await off.post('/token', form, basic())).status).toBe(401)
    })

    test('a code of another tenant is unknown', async () => {
      const elsewhere = await aProvider(await open())
      const form = codeForm(await provider.code())
      expect((await elsewhere.post('/token', form, basic())).status).toBe(400)
    })
  })
})
