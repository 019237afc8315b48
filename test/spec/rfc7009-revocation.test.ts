import { beforeAll, describe, expect, test } from 'vitest'
import { anApplication, aPublicApplication, NOW } from '../support/builders.ts'
import { eachStore } from '../support/each-store.ts'
import { aProvider, basic, codeForm, type Provider } from '../support/provider.ts'

eachStore((open) => {
  let provider: Provider
  beforeAll(async () => {
    provider = await aProvider(await open(), {
      applications: [
        anApplication(),
        anApplication({ clientId: 'other' }),
        aPublicApplication({ redirectUris: ['https://web.example/callback'] }),
      ],
    })
  })

  const buy = async (asked = {}) =>
    (await provider.post('/token', codeForm(await provider.code(asked)), basic())).json()
  const revoke = (token: string, clientId = 'web') =>
    provider.post('/revoke', { token }, basic(clientId))
  const isActive = async (token: string) => {
    const response = await provider.post('/introspect', { token }, basic())
    return (await response.json()).active
  }

  describe('RFC 7009 revocation', () => {
    test.for([{}, { scope: 'openid offline_access' }])(
      'an access token ends alone (%j)',
      async (asked) => {
        const { access_token, refresh_token } = await buy(asked)
        expect((await revoke(access_token)).status).toBe(200)
        expect(await isActive(access_token)).toBe(false)
        expect(await isActive(refresh_token)).toBe(true)
      },
    )

    test('with a refresh token everything ends', async () => {
      const { access_token, refresh_token } = await buy()
      expect((await revoke(refresh_token)).status).toBe(200)
      expect(await isActive(access_token)).toBe(false)
      expect(await isActive(refresh_token)).toBe(false)
      const form = { grant_type: 'refresh_token', refresh_token }
      expect((await provider.post('/token', form, basic())).status).toBe(400)
    })

    const refresh = async (refresh_token: string, form = {}) =>
      (
        await provider.post(
          '/token',
          { grant_type: 'refresh_token', refresh_token, ...form },
          basic(),
        )
      ).json()

    test('an access token takes neither its siblings nor the refresh token along', async () => {
      const first = await buy()
      const second = await refresh(first.refresh_token)
      await revoke(second.access_token)
      expect(await isActive(first.access_token)).toBe(true)
      const third = await refresh(second.refresh_token)
      expect(await isActive(third.access_token)).toBe(true)
    })

    test.for(['newest', 'used up'])('the %s refresh token ends the whole grant', async (which) => {
      const first = await buy()
      const second = await refresh(first.refresh_token)
      await revoke((which === 'newest' ? second : first).refresh_token)
      for (const { access_token, refresh_token } of [first, second]) {
        expect(await isActive(access_token)).toBe(false)
        expect(await isActive(refresh_token)).toBe(false)
      }
      expect(await refresh(second.refresh_token)).toMatchObject({ error: 'invalid_grant' })
    })

    test.for([
      { kind: 'access_token', hint: 'refresh_token' },
      { kind: 'access_token', hint: 'nonsense' },
      { kind: 'refresh_token', hint: 'access_token' },
      { kind: 'refresh_token', hint: 'nonsense' },
    ])('a $kind with the hint $hint ends', async ({ kind, hint }) => {
      const token = (await buy())[kind]
      const form = { token, token_type_hint: hint }
      expect((await provider.post('/revoke', form, basic())).status).toBe(200)
      expect(await isActive(token)).toBe(false)
    })

    test('another instance knows at once, also of a grant that ended', async () => {
      const another = provider.with({})
      const knows = async (token: string) => {
        const userinfo = await another.get('/userinfo', { authorization: `Bearer ${token}` })
        const facts = await another.post('/introspect', { token }, basic())
        return [userinfo.status, (await facts.json()).active]
      }
      const [one, all] = [await buy(), await buy()]
      expect(await knows(one.access_token)).toEqual([200, true])
      expect(await knows(all.access_token)).toEqual([200, true])
      await revoke(one.access_token)
      await revoke(all.refresh_token)
      expect(await knows(one.access_token)).toEqual([401, false])
      expect(await knows(all.access_token)).toEqual([401, false])
    })

    test('an expired access token is taken as well', async () => {
      const { access_token } = await buy()
      const later = provider.with({ now: NOW + 10_000 })
      expect((await later.post('/revoke', { token: access_token }, basic())).status).toBe(200)
      expect(await isActive(access_token)).toBe(false)
    })

    test('a token of another client stays, and the answer does not tell', async () => {
      const { access_token, refresh_token } = await buy()
      for (const token of [access_token, refresh_token])
        expect((await revoke(token, 'other')).status).toBe(200)
      expect(await isActive(access_token)).toBe(true)
      expect(await isActive(refresh_token)).toBe(true)
    })

    test.for(['unknown', 'A'.repeat(51), 'a.b.c'])('%s is as good as revoked', async (token) => {
      expect((await revoke(token)).status).toBe(200)
    })

    test('a public client revokes its own', async () => {
      const code = await provider.code({ client_id: 'spa' })
      const response = await provider.post('/token', codeForm(code, { client_id: 'spa' }))
      const { access_token } = await response.json()
      await provider.post('/revoke', { token: access_token, client_id: 'spa' })
      const headers = { authorization: `Bearer ${access_token}` }
      expect((await provider.get('/userinfo', headers)).status).toBe(401)
    })

    test.for([
      { status: 400, when: 'there is no token', form: {}, headers: basic() },
      { status: 401, when: 'there is no client', form: { token: 'x' }, headers: {} },
    ])('$status when $when', async ({ status, form, headers }) => {
      expect((await provider.post('/revoke', form, headers)).status).toBe(status)
    })
  })
})
