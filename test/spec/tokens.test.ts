import { createHash } from 'node:crypto'
import { createLocalJWKSet, type JWTVerifyOptions, jwtVerify } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { aBillsResource, anApplication, aResource, NOW } from '../support/builders.ts'
import { eachStore } from '../support/each-store.ts'
import { aProvider, basic, codeForm, type Form, type Provider } from '../support/provider.ts'

eachStore((open) => {
  let provider: Provider
  beforeAll(async () => {
    provider = await aProvider(await open())
  })

  const buy = async (asked: Form = {}, change: Form = {}) =>
    (await provider.post('/token', codeForm(await provider.code(asked), change), basic())).json()

  const verified = async (token: string, options: JWTVerifyOptions) => {
    const jwks = createLocalJWKSet(await (await provider.get('/jwks')).json())
    const currentDate = new Date(NOW * 1000)
    return jwtVerify(token, jwks, { issuer: provider.tenant.issuer, currentDate, ...options })
  }

  describe('RFC 9068 JWT access tokens', () => {
    test('say for whom, about whom and how they came to be', async () => {
      const { access_token } = await buy()
      const { payload } = await verified(access_token, {
        audience: 'https://api.acme.example',
        algorithms: ['ES256'],
        typ: 'at+jwt',
      })
      expect(payload).toEqual({
        iss: provider.tenant.issuer,
        sub: 'sub-alice',
        aud: 'https://api.acme.example',
        iat: NOW,
        exp: NOW + 900,
        jti: expect.stringMatching(/^[\w-]{51}$/),
        client_id: 'web',
        scope: 'openid email offline_access orders:read',
        auth_time: NOW,
        acr: '1',
        amr: ['pwd'],
        sid: expect.any(String),
        roles: ['admin'],
      })
    })

    test('of a client say that the client is the subject', async () => {
      const form = { grant_type: 'client_credentials', scope: 'orders:read' }
      const { access_token } = await (await provider.post('/token', form, basic())).json()
      const { payload } = await verified(access_token, { typ: 'at+jwt' })
      expect(payload).toMatchObject({ sub: 'web', client_id: 'web', scope: 'orders:read' })
      expect(payload).not.toHaveProperty('sid')
    })

    test('are signed as the resource wants it', async () => {
      const token = { format: 'jwt', algorithm: 'RS256', lifetime: 60 } as const
      const other = provider.with({ resources: [aResource({ token }), aBillsResource()] })
      const response = await other.post('/token', codeForm(await other.code()), basic())
      const { access_token } = await response.json()
      await verified(access_token, { typ: 'at+jwt', algorithms: ['RS256'] })
    })
  })

  describe('OpenID Connect Core §2 ID tokens', () => {
    const use: JWTVerifyOptions = { audience: 'web', algorithms: ['RS256'], typ: 'JWT' }

    test('carry what the request and the session say', async () => {
      const { id_token, access_token } = await buy()
      const { payload } = await verified(id_token, use)
      const half = createHash('sha256').update(access_token).digest().subarray(0, 16)
      expect(payload).toEqual({
        iss: provider.tenant.issuer,
        sub: 'sub-alice',
        aud: 'web',
        azp: 'web',
        iat: NOW,
        exp: NOW + 600,
        auth_time: NOW,
        nonce: 'n-1',
        acr: '1',
        amr: ['pwd'],
        sid: expect.any(String),
        at_hash: half.toString('base64url'),
      })
    })

    test('have no nonce when none was sent, nor after a refresh', async () => {
      const { payload } = await verified((await buy({ nonce: '' })).id_token, use)
      expect(payload).not.toHaveProperty('nonce')

      const { refresh_token } = await buy()
      const form = { grant_type: 'refresh_token', refresh_token }
      const at = provider.with({ now: NOW + 5 })
      const refreshed = await (await at.post('/token', form, basic())).json()
      const again = await verified(refreshed.id_token, use)
      expect(again.payload).toMatchObject({ iat: NOW + 5, auth_time: NOW, sub: 'sub-alice' })
      expect(again.payload).not.toHaveProperty('nonce')
    })

    test('are no access tokens', async () => {
      const { id_token } = await buy()
      const headers = { authorization: `Bearer ${id_token}` }
      expect((await provider.get('/userinfo', headers)).status).toBe(401)
    })

    test('are signed as the application wants it', async () => {
      const idToken = { lifetime: 60, algorithm: 'ES256', encrypted: undefined } as const
      const other = provider.with({ applications: [anApplication({ idToken })] })
      const response = await other.post('/token', codeForm(await other.code()), basic())
      await verified((await response.json()).id_token, { ...use, algorithms: ['ES256'] })
    })
  })

  describe('RFC 8707 one audience per token', () => {
    const both = { scope: 'openid email offline_access orders:read bills:read' }

    test('is ambiguous when scopes of two resources were granted', async () => {
      expect(await buy(both)).toMatchObject({ error: 'invalid_target' })
    })

    test('is the one named, with its own scopes, format and lifetime', async () => {
      const orders = await buy(both, { resource: 'https://api.acme.example/' })
      expect(orders).toMatchObject({ scope: 'openid email offline_access orders:read' })
      const { payload } = await verified(orders.access_token, { typ: 'at+jwt' })
      expect(payload.aud).toBe('https://api.acme.example')

      const bills = await buy(both, { resource: 'https://bills.acme.example' })
      expect(bills).toMatchObject({
        access_token: expect.stringMatching(/^[\w-]{51}$/),
        expires_in: 300,
        scope: 'openid email offline_access bills:read',
      })
    })

    test('can change from refresh to refresh', async () => {
      const { refresh_token } = await buy(both, { resource: 'https://api.acme.example' })
      const form = { grant_type: 'refresh_token', refresh_token }
      const named = { ...form, resource: 'https://bills.acme.example/' }
      const body = await (await provider.post('/token', named, basic())).json()
      expect(body).toMatchObject({ scope: 'openid email offline_access bills:read' })
    })

    test('is the issuer when no API was asked for', async () => {
      const { access_token } = await buy({ scope: 'openid' })
      const facts = await (
        await provider.post('/introspect', { token: access_token }, basic())
      ).json()
      expect(facts).toMatchObject({ active: true, aud: provider.tenant.issuer })
    })
  })
})
