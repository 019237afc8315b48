import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ClaimMapping } from '../../src/model/claims.ts'
import { anApplication, aPublicApplication, aResource, NOW } from '../support/builders.ts'
import { eachStore } from '../support/each-store.ts'
import { aProvider, basic, codeForm, type Form, type Provider } from '../support/provider.ts'

const APPLICATIONS = [
  anApplication(),
  anApplication({ clientId: 'api' }),
  anApplication({ clientId: 'nosy' }),
  aPublicApplication(),
]
const orders = aResource({ introspectors: new Set(['uid-api']) })
const opaque = { ...orders, token: { ...orders.token, format: 'opaque' as const } }

eachStore((open) => {
  describe.each([
    { format: 'JWT', resource: orders },
    { format: 'opaque', resource: opaque },
  ])('RFC 7662 introspection of $format access tokens', ({ resource }) => {
    let provider: Provider
    let tokens: { access_token: string; refresh_token: string }
    beforeAll(async () => {
      const resources = [resource]
      provider = await aProvider(await open(), { applications: APPLICATIONS, resources })
      const response = await provider.post('/token', codeForm(await provider.code()), basic())
      tokens = await response.json()
    })

    const introspect = async (form: Form, clientId = 'web', at = provider) =>
      (await at.post('/introspect', form, basic(clientId))).json()

    test.for([
      { clientId: 'web', told: {} },
      { clientId: 'api', told: { roles: ['admin'] } },
    ])('$clientId may see it', async ({ clientId, told }) => {
      expect(await introspect({ token: tokens.access_token }, clientId)).toEqual({
        ...told,
        active: true,
        iss: provider.tenant.issuer,
        sub: 'sub-alice',
        aud: 'https://api.acme.example',
        client_id: 'web',
        token_type: 'Bearer',
        iat: NOW,
        exp: NOW + 900,
        scope: 'openid email offline_access orders:read',
        auth_time: NOW,
        acr: '1',
        amr: ['pwd'],
        sid: 'sid-1',
        ...(tokens.access_token.includes('.') && { jti: decodeJwt(tokens.access_token).jti }),
      })
    })

    const declared = (name: string, change: Partial<ClaimMapping> = {}): ClaimMapping => ({
      name,
      places: new Set(['access_token']),
      scope: undefined,
      source: { from: 'user', path: 'name' },
      matching: undefined,
      ...change,
    })

    test('it says what is declared to whom the API names, and to nobody else', async () => {
      const claims = [
        declared('called'),
        declared('tier', { source: { from: 'value', value: 'gold' } }),
        declared('elsewhere', { places: new Set(['id_token', 'userinfo']) }),
        declared('phoned', { scope: 'phone' }),
        declared('active', { source: { from: 'value', value: 'no' } }),
        declared('token_type', { source: { from: 'value', value: 'mac' } }),
      ]
      const at = provider.with({ resources: [{ ...resource, claims }] })
      const facts = await introspect({ token: tokens.access_token }, 'api', at)
      expect(facts).toMatchObject({ called: 'Alice Adams', tier: 'gold', roles: ['admin'] })
      expect(facts).toMatchObject({ active: true, token_type: 'Bearer' })
      expect(facts).not.toHaveProperty('elsewhere')
      expect(facts).not.toHaveProperty('phoned')
      const held = await introspect({ token: tokens.access_token }, 'web', at)
      expect(held).toMatchObject({ active: true, token_type: 'Bearer', sub: 'sub-alice' })
      for (const name of ['called', 'tier', 'roles']) expect(held).not.toHaveProperty(name)
      expect(await introspect({ token: tokens.access_token }, 'nosy', at)).toEqual({
        active: false,
      })
    })

    test('one for no API says nothing that only APIs are told', async () => {
      const form = codeForm(await provider.code({ scope: 'openid' }))
      const bought = await (await provider.post('/token', form, basic())).json()
      const facts = await introspect({ token: bought.access_token }, 'web')
      expect(facts).toMatchObject({ active: true, aud: provider.tenant.issuer, scope: 'openid' })
      expect(facts).not.toHaveProperty('roles')
    })

    test('one of a client on its own behalf is about no person', async () => {
      const claims = [declared('called'), declared('tier', { source: { from: 'value', value: 1 } })]
      const at = provider.with({ resources: [{ ...resource, claims }] })
      const form = { grant_type: 'client_credentials', scope: 'orders:read' }
      const bought = await (await at.post('/token', form, basic())).json()
      const { jti, ...facts } = await introspect({ token: bought.access_token }, 'api', at)
      expect(typeof jti).toBe(bought.access_token.includes('.') ? 'string' : 'undefined')
      expect(facts).toEqual({
        active: true,
        iss: provider.tenant.issuer,
        sub: 'web',
        aud: 'https://api.acme.example',
        client_id: 'web',
        token_type: 'Bearer',
        iat: NOW,
        exp: NOW + 900,
        scope: 'orders:read',
        tier: 1,
      })
    })

    test.for(['access_token', 'refresh_token', 'nonsense'])(
      'the hint %s changes nothing',
      async (hint) => {
        const form = { token: tokens.access_token, token_type_hint: hint }
        expect(await introspect(form)).toMatchObject({ active: true })
      },
    )

    test('a refresh token is seen by its own client only', async () => {
      const form = { token: tokens.refresh_token }
      expect(await introspect(form)).toMatchObject({ active: true, client_id: 'web' })
      expect(await introspect(form, 'api')).toEqual({ active: false })
    })

    test('somebody else sees nothing', async () => {
      expect(await introspect({ token: tokens.access_token }, 'nosy')).toEqual({ active: false })
    })

    test.for(['x', 'A'.repeat(51), 'a.b.c', `x${'.'.repeat(5_000)}`])(
      'nothing is known of %s',
      async (token) => {
        expect(await introspect({ token })).toEqual({ active: false })
      },
    )

    test('an expired one is not active', async () => {
      const at = provider.with({ now: NOW + 900 })
      expect(await introspect({ token: tokens.access_token }, 'web', at)).toEqual({ active: false })
    })

    test('one of a disabled client is not active', async () => {
      const applications = [anApplication({ isDisabled: true }), anApplication({ clientId: 'api' })]
      const at = provider.with({ applications })
      expect(await introspect({ token: tokens.access_token }, 'api', at)).toEqual({ active: false })
    })

    test('one of another tenant is not active', async () => {
      const elsewhere = await aProvider(await open(), { applications: APPLICATIONS })
      expect(await introspect({ token: tokens.access_token }, 'web', elsewhere)).toEqual({
        active: false,
      })
    })

    test('the jti of a JWT is no token', async () => {
      const [, payload = ''] = tokens.access_token.split('.')
      const { jti } = payload === '' ? { jti: 'x' } : JSON.parse(atob(payload))
      expect(await introspect({ token: jti })).toEqual({ active: false })
    })

    test.for([
      {
        error: 'invalid_client',
        when: 'the caller is public',
        form: { client_id: 'spa', token: 'x' },
        headers: {},
      },
      { error: 'invalid_client', when: 'the caller is nobody', form: { token: 'x' }, headers: {} },
      { error: 'invalid_request', when: 'there is no token', form: {}, headers: basic() },
    ])('$error when $when', async ({ error, form, headers }) => {
      const response = await provider.post('/introspect', form, headers)
      expect(await response.json()).toMatchObject({ error })
    })
  })
})
