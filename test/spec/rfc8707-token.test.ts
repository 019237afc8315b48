import { decodeJwt, decodeProtectedHeader } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ClaimMapping } from '../../src/model/claims.ts'
import { aBillsResource, anApplication, aResource } from '../support/builders.ts'
import { eachStore } from '../support/each-store.ts'
import { aProvider, basic, codeForm, type Form, type Provider } from '../support/provider.ts'

const ORDERS = 'https://api.acme.example'
const BILLS = 'https://bills.acme.example/'
const STOCK = 'https://stock.acme.example/v1'
const BOTH = 'openid offline_access orders:read bills:read'

const declared = (value: string): readonly ClaimMapping[] => [
  {
    name: 'https://acme.example/for',
    places: new Set(['access_token']),
    scope: undefined,
    source: { from: 'value', value },
    matching: undefined,
  },
]
const resources = [
  aResource({ claims: declared('orders') }),
  aBillsResource(),
  aResource({
    uid: 'uid-stock-api',
    name: 'stock-api',
    identifier: STOCK,
    scopes: ['stock:read'],
    token: { format: 'jwt', algorithm: 'RS256', lifetime: 600 },
    claims: declared('stock'),
  }),
]
const ALL = new Set([...anApplication().scopes, 'stock:read'])
const applications = [
  anApplication({ scopes: ALL }),
  anApplication({ clientId: 'worker', scopes: new Set(['openid', 'orders:read', 'orders:write']) }),
  anApplication({ clientId: 'brief', scopes: ALL, accessToken: { lifetime: 450 } }),
]

/** A token request by one client: what it changes, and how often it names a resource. */
interface Asking {
  readonly resource?: readonly string[]
  readonly scope?: string
}
type Grant = 'authorization_code' | 'refresh_token' | 'client_credentials'
const PERSONAL = ['authorization_code', 'refresh_token'] as const
const GRANTS: readonly Grant[] = [...PERSONAL, 'client_credentials']

const formOf = (base: Form, { resource = [], scope }: Asking): string => {
  const form = new URLSearchParams({ ...base, ...(scope === undefined ? {} : { scope }) })
  for (const each of resource) form.append('resource', each)
  return form.toString()
}

eachStore((open) => {
  let provider: Provider
  beforeAll(async () => {
    provider = await aProvider(await open(), { applications, resources })
  })

  const post = async (base: Form, asking: Asking, clientId: string) => {
    const response = await provider.post('/token', formOf(base, asking), basic(clientId))
    return { status: response.status, body: await response.json() }
  }
  const codeFor = async (granted: string, clientId: string, resource?: string): Promise<Form> =>
    codeForm(
      await provider.code({
        client_id: clientId,
        scope: granted,
        ...(resource === undefined ? {} : { resource }),
      }),
    )

  /** The answer of /token to a client that holds what this grant takes, for these scopes. */
  const answers: Record<
    Grant,
    (asking: Asking, granted: string, clientId: string) => ReturnType<typeof post>
  > = {
    authorization_code: async (asking, granted, clientId) =>
      post(await codeFor(granted, clientId), asking, clientId),
    refresh_token: async (asking, granted, clientId) => {
      const code = await codeFor(granted, clientId)
      const resource = [granted.includes('orders:') ? ORDERS : BILLS]
      const { body } = await post(code, { resource }, clientId)
      const base = { grant_type: 'refresh_token', refresh_token: body.refresh_token }
      return post(base, asking, clientId)
    },
    client_credentials: async (asking, _granted, clientId) =>
      post({ grant_type: 'client_credentials' }, asking, clientId),
  }
  const ask = (grant: Grant, asking: Asking, granted = BOTH, clientId = 'web') =>
    answers[grant](asking, granted, clientId)

  describe.each(GRANTS)('RFC 8707 §2.2 resource at the token endpoint, %s', (grant) => {
    test.for([
      { named: ORDERS, aud: ORDERS, why: 'as registered' },
      { named: `${ORDERS}/`, aud: ORDERS, why: 'an empty path is /' },
    ])('one of several is picked: $named, $why', async ({ named, aud }) => {
      const { body } = await ask(grant, { resource: [named] })
      expect(decodeJwt(body.access_token).aud).toBe(aud)
      expect(body.scope.split(' ')).toContain('orders:read')
      expect(body.scope).not.toContain('bills:read')
    })

    test.for([BILLS, BILLS.slice(0, -1)])('and the other: %s', async (named) => {
      const { body } = await ask(grant, { resource: [named] })
      expect(body.scope.split(' ')).toContain('bills:read')
      expect(body.scope).not.toContain('orders:')
      const facts = await provider.post('/introspect', { token: body.access_token }, basic())
      expect(await facts.json()).toMatchObject({ active: true, aud: BILLS, scope: body.scope })
    })

    test('named twice it is one', async () => {
      const { body } = await ask(grant, { resource: [ORDERS, `${ORDERS}/`] })
      expect(decodeJwt(body.access_token).aud).toBe(ORDERS)
    })

    test.for<{ when: string; resource: readonly string[] }>([
      { when: 'two are named', resource: [ORDERS, BILLS] },
      { when: 'it is unknown', resource: ['https://nobody.example'] },
      { when: 'one of two is unknown', resource: [ORDERS, 'https://nobody.example'] },
      { when: 'it is relative', resource: ['/orders'] },
      { when: 'it is no address', resource: ['orders'] },
      { when: 'it has a fragment', resource: [`${ORDERS}#a`] },
      { when: 'its fragment is empty', resource: [`${ORDERS}/#`] },
      { when: 'it has a query', resource: [`${ORDERS}?a=b`] },
      { when: 'it is longer', resource: [`${ORDERS}/more`] },
      { when: 'it has two slashes', resource: [`${BILLS}/`] },
      { when: 'a slash follows a path', resource: [`${STOCK}/`] },
      { when: 'nothing tells which of several (T-18)', resource: [] },
    ])('invalid_target when $when', async ({ resource }) => {
      expect(await ask(grant, { resource })).toMatchObject({
        status: 400,
        body: { error: 'invalid_target' },
      })
    })

    test('invalid_target when the client has no scope of it', async () => {
      const granted = 'openid offline_access orders:read'
      const clientId = grant === 'client_credentials' ? 'worker' : 'web'
      expect((await ask(grant, { resource: [BILLS] }, granted, clientId)).body.error).toBe(
        'invalid_target',
      )
    })
  })

  describe('T-18 which resource and which scopes', () => {
    test('client credentials without scope: everything of the only resource', async () => {
      const { body } = await ask('client_credentials', {}, '', 'worker')
      expect(body.scope).toBe('orders:read orders:write')
      expect(decodeJwt(body.access_token).aud).toBe(ORDERS)
    })

    test('client credentials with scopes of two: each alone with its resource', async () => {
      const scope = 'orders:read bills:read'
      expect((await ask('client_credentials', { scope })).body.error).toBe('invalid_target')
      const { body } = await ask('client_credentials', { scope, resource: [BILLS] })
      expect(body.scope).toBe('bills:read')
    })

    test.for(['refresh_token', 'client_credentials'] as const)(
      'invalid_scope when no scope asked for is of the resource, %s',
      async (grant) => {
        const asking = { scope: 'bills:read', resource: [ORDERS] }
        expect((await ask(grant, asking)).body.error).toBe('invalid_scope')
      },
    )

    test('standard scopes alone create no audience', async () => {
      const { body } = await ask('authorization_code', {}, 'openid offline_access')
      const facts = await provider.post('/introspect', { token: body.access_token }, basic())
      expect((await facts.json()).aud).toBe(provider.tenant.issuer)
    })

    test.for([
      { scope: 'openid bills:read', gets: 'openid bills:read' },
      { scope: 'bills:read', gets: 'bills:read' },
      { scope: 'openid', gets: 'openid' },
    ])('a refresh for $scope needs no resource', async ({ scope, gets }) => {
      expect((await ask('refresh_token', { scope })).body.scope).toBe(gets)
    })

    test('a refresh that was narrowed can be widened to what was granted', async () => {
      const base = await codeFor(BOTH, 'web')
      const { body } = await post(base, { resource: [ORDERS] }, 'web')
      const refresh = (token: string, asking: Asking) =>
        post({ grant_type: 'refresh_token', refresh_token: token }, asking, 'web')
      const narrow = await refresh(body.refresh_token, { scope: 'openid', resource: [ORDERS] })
      expect(narrow.body.scope).toBe('openid')
      const wide = await refresh(narrow.body.refresh_token, { resource: [BILLS] })
      expect(wide.body.scope).toBe('openid offline_access bills:read')
    })

    test('what the authorization request left out stays out', async () => {
      const base = await codeFor('openid orders:read', 'web', ORDERS)
      expect((await post(base, { resource: [BILLS] }, 'web')).body.error).toBe('invalid_target')
    })
  })

  describe.each(GRANTS)('access tokens are as their resource wants them, %s', (grant) => {
    const granted = 'openid offline_access orders:read bills:read stock:read'

    test.for([
      { resource: ORDERS, alg: 'ES256', value: 'orders', lifetime: 900, brief: 450 },
      { resource: STOCK, alg: 'RS256', value: 'stock', lifetime: 600, brief: 450 },
      { resource: BILLS, alg: undefined, value: undefined, lifetime: 300, brief: 300 },
    ])('$resource: $alg, $lifetime s', async ({ resource, alg, value, lifetime, brief }) => {
      const { body } = await ask(grant, { resource: [resource] }, granted)
      expect(body.expires_in).toBe(lifetime)
      const shorter = await ask(grant, { resource: [resource] }, granted, 'brief')
      expect(shorter.body.expires_in).toBe(brief)
      if (alg === undefined) {
        expect(body.access_token).toMatch(/^[\w-]{51}$/)
        return
      }
      expect(decodeProtectedHeader(body.access_token)).toMatchObject({ alg, typ: 'at+jwt' })
      const claims = decodeJwt(body.access_token)
      expect(claims['https://acme.example/for']).toBe(value)
      expect(Number(claims.exp) - Number(claims.iat)).toBe(lifetime)
    })
  })
})
