import { beforeAll, describe, expect, test } from 'vitest'
import { aBillsResource, anApplication, aResource, NOW } from '../support/builders.ts'
import { eachStore } from '../support/each-store.ts'
import { aProvider, basic, codeForm, type Form, type Provider } from '../support/provider.ts'

const { refreshToken } = anApplication()
const APPLICATIONS = [
  anApplication(),
  anApplication({ clientId: 'strict', refreshToken: { ...refreshToken, grace: 0 } }),
  anApplication({ clientId: 'steady', refreshToken: { ...refreshToken, rotation: 'off' } }),
]

eachStore((open) => {
  let provider: Provider
  beforeAll(async () => {
    provider = await aProvider(await open(), { applications: APPLICATIONS })
  })

  const begin = async (clientId = 'web', asked: Form = {}, change: Form = {}) => {
    const code = await provider.code({ client_id: clientId, ...asked })
    return (await provider.post('/token', codeForm(code, change), basic(clientId))).json()
  }
  const refresh = (token: string, change: Form = {}, at = provider, clientId = 'web') =>
    at.post(
      '/token',
      { grant_type: 'refresh_token', refresh_token: token, ...change },
      basic(clientId),
    )
  const later = (seconds: number) => provider.with({ now: NOW + seconds })
  const fifty = (token: string, clientId: string) =>
    Promise.all(Array.from({ length: 50 }, () => refresh(token, {}, provider, clientId)))

  describe('RFC 6749 §6 refreshing', () => {
    test('gives a new token of each kind', async () => {
      const first = await begin()
      const second = await (await refresh(first.refresh_token)).json()
      expect(second.refresh_token).not.toBe(first.refresh_token)
      expect(second.access_token).not.toBe(first.access_token)
      expect(second).toMatchObject({ scope: first.scope, id_token: expect.any(String) })
    })

    test('may narrow for once, and keeps what was granted', async () => {
      const first = await begin()
      const narrow = await (await refresh(first.refresh_token, { scope: 'orders:read' })).json()
      expect(narrow.scope).toBe('orders:read')
      expect(narrow).not.toHaveProperty('id_token')
      const wide = await (await refresh(narrow.refresh_token)).json()
      expect(wide.scope).toBe(first.scope)
    })

    test.for([
      { error: 'invalid_scope', when: 'it would widen', change: { scope: 'orders:write' } },
      {
        error: 'invalid_target',
        when: 'the resource is new',
        change: { resource: 'https://bills.acme.example/' },
      },
      { error: 'invalid_grant', when: 'the token is a guess', change: { refresh_token: 'guess' } },
      { error: 'invalid_request', when: 'the token is absent', change: { refresh_token: '' } },
    ])('$error when $when', async ({ error, change }) => {
      const { refresh_token } = await begin()
      const response = await refresh(refresh_token, change)
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ error })
      expect((await refresh(refresh_token)).status).toBe(200)
    })

    test('of another client is refused, and harms nobody', async () => {
      const { refresh_token } = await begin()
      expect((await refresh(refresh_token, {}, provider, 'strict')).status).toBe(400)
      expect((await refresh(refresh_token)).status).toBe(200)
    })

    test('takes away what the configuration took away', async () => {
      const { refresh_token } = await begin()
      const scopes = new Set(['openid', 'offline_access', 'orders:read'])
      const poorer = provider.with({ applications: [anApplication({ scopes })] })
      const body = await (await refresh(refresh_token, {}, poorer)).json()
      expect(body.scope).toBe('openid offline_access orders:read')
    })

    test('reaches no resource that a scope was moved to later', async () => {
      const { refresh_token } = await begin()
      const resources = [
        aResource({ scopes: ['orders:write'] }),
        aBillsResource({ scopes: ['orders:read'] }),
      ]
      const moved = provider.with({ resources })
      const refused = await refresh(refresh_token, { scope: 'orders:read' }, moved)
      expect(await refused.json()).toMatchObject({ error: 'invalid_scope' })
      const rest = await (await refresh(refresh_token, {}, moved)).json()
      expect(rest.scope).not.toContain('orders:read')
    })

    test('ends with the person', async () => {
      const others = await aProvider(await open(), { applications: APPLICATIONS })
      const response = await others.post('/token', codeForm(await others.code()), basic())
      const { refresh_token } = await response.json()
      await others.store.users.disable('uid-alice', NOW)
      expect((await refresh(refresh_token, {}, others)).status).toBe(400)
    })

    test('idles for a while and lives for a while', async () => {
      const { refresh_token } = await begin()
      expect((await refresh(refresh_token, {}, later(3_600))).status).toBe(400)
      let token = refresh_token
      for (let hours = 0.5; hours < 24; hours += 0.5) {
        const response = await refresh(token, {}, later(hours * 3_600))
        expect(response.status).toBe(200)
        token = (await response.json()).refresh_token
      }
      expect((await refresh(token, {}, later(86_400))).status).toBe(400)
    })
  })

  describe('RFC 9700 §4.14.2 rotation', () => {
    test('within the grace the same token is answered with the same successor', async () => {
      const { refresh_token } = await begin()
      const first = await (await refresh(refresh_token)).json()
      const again = await (await refresh(refresh_token, {}, later(9))).json()
      expect(again).toEqual(first)
    })

    test('after the grace a second use ends the family', async () => {
      const { refresh_token } = await begin()
      const successor = await (await refresh(refresh_token)).json()
      expect((await refresh(refresh_token, {}, later(10))).status).toBe(400)
      expect((await refresh(successor.refresh_token, {}, later(10))).status).toBe(400)
    })

    test('once the successor was used, its parent is reuse', async () => {
      const { refresh_token } = await begin()
      const second = await (await refresh(refresh_token)).json()
      const third = await (await refresh(second.refresh_token)).json()
      expect((await refresh(refresh_token)).status).toBe(400)
      expect((await refresh(third.refresh_token)).status).toBe(400)
    })

    test('with grace 0, of 50 uses one succeeds', async () => {
      const { refresh_token } = await begin('strict')
      const statuses = (await fifty(refresh_token, 'strict')).map(({ status }) => status)
      expect(statuses.filter((status) => status === 200)).toHaveLength(1)
      expect(statuses.filter((status) => status === 400)).toHaveLength(49)
    })

    test('with grace, 50 uses carry one successor', async () => {
      const { refresh_token } = await begin()
      const responses = await fifty(refresh_token, 'web')
      expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]))
      const bodies = await Promise.all(responses.map((response) => response.json()))
      expect(new Set(bodies.map((body) => body.refresh_token)).size).toBe(1)
      expect(new Set(bodies.map((body) => body.access_token)).size).toBe(1)
    })

    test('switched off, the token stays', async () => {
      const { refresh_token } = await begin('steady')
      for (const seconds of [0, 3_000, 6_000]) {
        const response = await refresh(refresh_token, {}, later(seconds), 'steady')
        expect(response.status).toBe(200)
        expect(await response.json()).not.toHaveProperty('refresh_token')
      }
      expect((await refresh(refresh_token, {}, later(9_600), 'steady')).status).toBe(400)
    })
  })

  describe('offline_access', () => {
    test('survives the end of the session, which other grants do not', async () => {
      const always = anApplication({ refreshToken: { ...refreshToken, issue: 'always' } })
      const others = await aProvider(await open(), { applications: [always] })
      const buy = async (scope: string) => {
        const response = await others.post(
          '/token',
          codeForm(await others.code({ scope })),
          basic(),
        )
        return (await response.json()).refresh_token
      }
      const offline = await buy('openid offline_access')
      const online = await buy('openid')
      await others.store.sessions.endAllOf('uid-alice', NOW)
      expect((await refresh(offline, {}, others)).status).toBe(200)
      expect((await refresh(online, {}, others)).status).toBe(400)
    })

    test('survives a session that runs out, which other grants do not', async () => {
      const lasting = {
        ...refreshToken,
        issue: 'always',
        idle: 500_000,
        lifetime: 500_000,
      } as const
      const always = anApplication({ refreshToken: lasting })
      const others = await aProvider(await open(), { applications: [always] })
      const buy = async (scope: string) => {
        const code = await others.code({ scope })
        return (await (await others.post('/token', codeForm(code), basic())).json()).refresh_token
      }
      const offline = await buy('openid offline_access')
      const [online, known] = [await buy('openid'), await buy('openid')]
      const soon = others.with({ now: NOW + 86_399 })
      const after = others.with({ now: NOW + 86_400 })
      expect((await refresh(online, {}, soon)).status).toBe(200)
      expect((await refresh(known, {}, after)).status).toBe(400)
      expect((await refresh(offline, {}, after)).status).toBe(200)
      const dead = await after.post('/introspect', { token: known }, basic())
      expect(await dead.json()).toEqual({ active: false })
    })
  })
})
