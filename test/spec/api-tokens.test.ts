import { beforeAll, describe, expect, test } from 'vitest'
import { type ApiTokenTerms, newApiToken } from '../../src/oauth/tokens/api-token.ts'
import { anApplication, aResource, NOW } from '../support/builders.ts'
import { eachStore } from '../support/each-store.ts'
import { aProvider, basic, bearer, type Provider } from '../support/provider.ts'
import { testRandom as random } from '../support/stores.ts'

const YEAR = 365 * 86_400
const BY = { tenantName: 'acme', actor: 'ann', at: NOW }
const api = anApplication({ clientId: 'api' })
const web = anApplication()
const orders = aResource({ introspectors: new Set(['uid-api']) })
const scopes = ['orders:read', 'orders:write']

eachStore((open) => {
  let provider: Provider
  beforeAll(async () => {
    provider = await aProvider(await open(), { applications: [web, api], resources: [orders] })
  })

  async function tokenOf(change: Partial<ApiTokenTerms> = {}) {
    const terms = { name: 'nightly', application: web, resource: orders, scopes, lifetime: YEAR }
    const made = newApiToken({ ...terms, ...change }, { nowMs: NOW * 1000, random })
    await provider.store.apiTokens.create(made.row, BY)
    return { token: made.token, id: made.row.id }
  }

  const introspect = async (token: string, at = provider, clientId = 'api') =>
    (await at.post('/introspect', { token }, basic(clientId))).json()

  describe('an API token at introspection (RFC 7662)', () => {
    test('is an access token that lasts, also where those of the resource are JWTs', async () => {
      const { token } = await tokenOf()
      const late = provider.with({ now: NOW + YEAR - 1 })
      expect(await introspect(token, late)).toEqual({
        active: true,
        iss: provider.tenant.issuer,
        sub: 'web',
        aud: 'https://api.acme.example',
        client_id: 'web',
        token_type: 'Bearer',
        iat: NOW,
        exp: NOW + YEAR,
        scope: 'orders:read orders:write',
      })
    })

    test.for<{ when: string; change: Parameters<Provider['with']>[0] }>([
      { when: 'its time is over', change: { now: NOW + YEAR } },
      {
        when: 'its application is disabled',
        change: { applications: [anApplication({ isDisabled: true }), api] },
      },
      { when: 'its application is gone', change: { applications: [api] } },
      {
        when: 'its application may have none of its scopes any more',
        change: { applications: [anApplication({ scopes: new Set(['openid']) }), api] },
      },
      {
        when: 'its scopes are gone',
        change: { resources: [aResource({ ...orders, scopes: ['orders:audit'] })] },
      },
      {
        when: 'its resource is another by now',
        change: { resources: [aResource({ ...orders, identifier: 'https://new.example' })] },
      },
    ])('is not active when $when', async ({ change }) => {
      const { token } = await tokenOf()
      const at = provider.with(change)
      expect(await introspect(token, at)).toEqual({ active: false })
      expect((await at.get('/keyinfo', bearer(token))).status).toBe(401)
    })

    test('loses the scopes that its application lost', async () => {
      const { token } = await tokenOf()
      const applications = [anApplication({ scopes: new Set(['orders:write']) }), api]
      const at = provider.with({ applications })
      expect(await introspect(token, at)).toMatchObject({ active: true, scope: 'orders:write' })
    })

    test('of another tenant is like one that was made up', async () => {
      const { token } = await tokenOf()
      const other = await aProvider(await open(), { applications: [web, api], resources: [orders] })
      expect(await introspect(token, other)).toEqual(await introspect('A'.repeat(51), other))
      const [ours, madeUp] = await Promise.all(
        [token, 'A'.repeat(51)].map((each) => other.get('/keyinfo', bearer(each))),
      )
      expect([ours?.status, await ours?.json()]).toEqual([madeUp?.status, await madeUp?.json()])
    })

    test.for<{ by: string; revoke: (made: { token: string; id: string }) => Promise<unknown> }>([
      { by: 'the operator', revoke: ({ id }) => provider.store.apiTokens.revoke(id, BY) },
      {
        by: 'its application (RFC 7009)',
        revoke: ({ token }) => provider.post('/revoke', { token }, basic()),
      },
    ])('is over with the next answer when $by revokes it', async ({ revoke }) => {
      const made = await tokenOf()
      expect(await introspect(made.token)).toMatchObject({ active: true })
      await revoke(made)
      expect(await introspect(made.token)).toEqual({ active: false })
      expect((await provider.get('/keyinfo', bearer(made.token))).status).toBe(401)
      const listed = await provider.store.apiTokens.list()
      expect(listed.find(({ id }) => id === made.id)).toMatchObject({ revokedAt: NOW })
    })

    test('is no reason for another application to revoke it', async () => {
      const { token } = await tokenOf()
      await provider.post('/revoke', { token }, basic('api'))
      expect(await introspect(token)).toMatchObject({ active: true })
    })

    test('says nothing at userinfo', async () => {
      const { token } = await tokenOf()
      const response = await provider.get('/userinfo', bearer(token))
      expect(response.status).toBe(403)
      expect(response.headers.get('www-authenticate')).toContain('error="insufficient_scope"')
    })
  })

  describe('keyinfo (reference systems A-14)', () => {
    test.for([
      { name: 'nightly', told: { name: 'nightly' } },
      { name: undefined, told: {} },
    ])('tells whoever holds an API token what it is', async ({ name, told }) => {
      const { token, id } = await tokenOf({ name })
      const response = await provider.get('/keyinfo', bearer(token))
      expect(response.status).toBe(200)
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(await response.json()).toEqual({
        ...told,
        id,
        client_id: 'web',
        scope: 'orders:read orders:write',
        aud: 'https://api.acme.example',
        exp: NOW + YEAR,
      })
    })

    test('without a token no error is named', async () => {
      const response = await provider.get('/keyinfo')
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toBe('Bearer realm="tokenidp"')
    })

    test.for(['jwt', 'opaque'] as const)('another access token (%s) is refused', async (format) => {
      const resources = [{ ...orders, token: { ...orders.token, format } }]
      const at = provider.with({ resources })
      const form = { grant_type: 'client_credentials', scope: 'orders:read' }
      const bought = await (await at.post('/token', form, basic())).json()
      const response = await at.get('/keyinfo', bearer(bought.access_token))
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"')
      expect(response.headers.get('cache-control')).toBe('no-store')
    })

    test('is in no metadata', async () => {
      const metadata = await provider.get('/.well-known/oauth-authorization-server')
      expect(await metadata.text()).not.toContain('keyinfo')
    })
  })
})
