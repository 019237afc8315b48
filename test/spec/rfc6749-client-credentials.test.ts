import { beforeAll, describe, expect, test } from 'vitest'
import { anApplication, aPublicApplication } from '../support/builders.ts'
import { eachStore } from '../support/each-store.ts'
import { aProvider, basic, type Form, type Provider } from '../support/provider.ts'

const grants = new Set(['client_credentials'] as const)
const BILLS = 'https://bills.acme.example/'

eachStore((open) => {
  let provider: Provider
  beforeAll(async () => {
    provider = await aProvider(await open(), {
      applications: [
        anApplication(),
        anApplication({ clientId: 'worker', grants, scopes: new Set(['openid', 'orders:read']) }),
        anApplication({ clientId: 'codes', grants: new Set(['authorization_code']) }),
        anApplication({ clientId: 'brief', grants, accessToken: { lifetime: 60 } }),
        aPublicApplication({ grants }),
      ],
    })
  })

  const ask = (change: Form, headers: Form) =>
    provider.post('/token', { grant_type: 'client_credentials', ...change }, headers)

  describe('RFC 6749 §4.4 client credentials', () => {
    test('without scope the client gets everything it may have', async () => {
      const response = await ask({}, basic('worker'))
      expect(await response.json()).toEqual({
        access_token: expect.any(String),
        token_type: 'Bearer',
        expires_in: 900,
        scope: 'orders:read',
      })
    })

    test('RFC 8707: one resource is named where several are possible', async () => {
      const ambiguous = await ask({}, basic())
      expect(await ambiguous.json()).toMatchObject({ error: 'invalid_target' })
      const named = await ask({ resource: BILLS }, basic())
      expect(await named.json()).toMatchObject({ scope: 'bills:read', expires_in: 300 })
      const byScope = await ask({ scope: 'orders:write' }, basic())
      expect(await byScope.json()).toMatchObject({ scope: 'orders:write', expires_in: 900 })
    })

    test('the application may ask for a shorter life', async () => {
      const response = await ask({ scope: 'orders:read' }, basic('brief'))
      expect(await response.json()).toMatchObject({ expires_in: 60 })
    })

    test.for([
      {
        error: 'invalid_scope',
        when: 'scope is about a person',
        change: { scope: 'openid' },
        clientId: 'worker',
      },
      {
        error: 'invalid_scope',
        when: 'scope is not allowed',
        change: { scope: 'orders:write' },
        clientId: 'worker',
      },
      {
        error: 'invalid_target',
        when: 'resource is not allowed',
        change: { resource: BILLS },
        clientId: 'worker',
      },
      {
        error: 'unauthorized_client',
        when: 'the grant is not allowed',
        change: {},
        clientId: 'codes',
      },
    ])('$error when $when', async ({ error, change, clientId }) => {
      const response = await ask(change, basic(clientId))
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ error })
    })

    test('a public client has no credentials', async () => {
      const response = await ask({ client_id: 'spa' }, {})
      expect(await response.json()).toMatchObject({ error: 'unauthorized_client' })
    })
  })
})
