import { beforeAll, describe, expect, test } from 'vitest'
import { anApplication, NOW } from '../support/builders.ts'
import { eachStore } from '../support/each-store.ts'
import {
  aProvider,
  basic,
  bearer,
  codeForm,
  type Form,
  type Provider,
} from '../support/provider.ts'

eachStore((open) => {
  let provider: Provider
  beforeAll(async () => {
    provider = await aProvider(await open())
  })

  const tokenFor = async (scope: string, at = provider): Promise<string> => {
    const response = await at.post('/token', codeForm(await at.code({ scope })), basic())
    return (await response.json()).access_token
  }

  describe('OpenID Connect Core §5.3 userinfo', () => {
    test.for<{ scope: string; claims: object }>([
      { scope: 'openid', claims: {} },
      { scope: 'openid orders:read', claims: {} },
      { scope: 'openid email', claims: { email: 'alice@acme.example', email_verified: true } },
      {
        scope: 'openid profile phone address',
        claims: { name: 'Alice Adams', preferred_username: 'alice', updated_at: NOW - 500 },
      },
    ])('$scope releases $claims', async ({ scope, claims }) => {
      const response = await provider.get('/userinfo', bearer(await tokenFor(scope)))
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(await response.json()).toEqual({ sub: 'sub-alice', ...claims })
    })

    test('takes the token in the header of GET and POST, and in a form', async () => {
      const token = await tokenFor('openid')
      const responses = [
        await provider.get('/userinfo', bearer(token)),
        await provider.post('/userinfo', '', { authorization: `bearer ${token}` }),
        await provider.post('/userinfo', { access_token: token }),
      ]
      expect(responses.map(({ status }) => status)).toEqual([200, 200, 200])
    })
  })

  describe('RFC 6750 §3 refusals', () => {
    test('without a token no error is named', async () => {
      const response = await provider.get('/userinfo')
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toBe('Bearer realm="tokenidp"')
    })

    test.for<{ status: number; error: string; when: string; headers: Form; form?: Form }>([
      { status: 401, error: 'invalid_token', when: 'the token is a guess', headers: bearer('x') },
      {
        status: 401,
        error: 'invalid_token',
        when: 'it looks like a JWT',
        headers: bearer('a.b.c'),
      },
      { status: 400, error: 'invalid_request', when: 'the scheme differs', headers: basic() },
      {
        status: 400,
        error: 'invalid_request',
        when: 'it is empty',
        headers: { authorization: 'Bearer' },
      },
      {
        status: 400,
        error: 'invalid_request',
        when: 'there are two',
        headers: bearer('x'),
        form: { access_token: 'x' },
      },
    ])('$error when $when', async ({ status, error, headers, form = {} }) => {
      const response = await provider.post('/userinfo', form, headers)
      expect(response.status).toBe(status)
      expect(response.headers.get('www-authenticate')).toContain(`error="${error}"`)
    })

    test('insufficient_scope without openid', async () => {
      const response = await provider.get('/userinfo', bearer(await tokenFor('orders:read')))
      expect(response.status).toBe(403)
      expect(response.headers.get('www-authenticate')).toContain('error="insufficient_scope"')
    })

    test('what has ended is no longer taken', async () => {
      const token = await tokenFor('openid')
      const late = provider.with({ now: NOW + 100_000 })
      expect((await late.get('/userinfo', bearer(token))).status).toBe(401)
      const off = provider.with({ applications: [anApplication({ isDisabled: true })] })
      expect((await off.get('/userinfo', bearer(token))).status).toBe(401)
      const elsewhere = await aProvider(await open())
      expect((await elsewhere.get('/userinfo', bearer(token))).status).toBe(401)
    })

    test('a disabled person is nobody', async () => {
      const others = await aProvider(await open())
      const token = await tokenFor('openid', others)
      await others.store.users.disable('uid-alice', NOW)
      expect((await others.get('/userinfo', bearer(token))).status).toBe(401)
    })

    test('a signed-out session ends its tokens, also JWTs', async () => {
      const others = await aProvider(await open())
      const token = await tokenFor('openid orders:read', others)
      await others.store.sessions.endAllOf('uid-alice', NOW)
      expect((await others.get('/userinfo', bearer(token))).status).toBe(401)
    })
  })
})
