import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { compactDecrypt, createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Encryption } from '../../src/model/encryption.ts'
import { CONTENT_ENCRYPTIONS, KEY_ENCRYPTIONS } from '../../src/model/encryption.ts'
import type { Jwk } from '../../src/model/jwk.ts'
import { aKey } from '../support/assertion.ts'
import { anApplication, NOW } from '../support/builders.ts'
import { eachStore } from '../support/each-store.ts'
import { aProvider, basic, bearer, codeForm, type Provider } from '../support/provider.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const publicJwk = (key: KeyObject, kid: string): Jwk =>
  ({ ...key.export({ format: 'jwk' }), kid, use: 'enc' }) as Jwk

const jwks = [aKey('sig').jwk, publicJwk(rsa.publicKey, 'rsa'), publicJwk(ec.publicKey, 'ec')]
const TYPE = 'application/token-introspection+jwt'

const encrypting = (encrypted: Encryption, keys = jwks) => {
  const { idToken } = anApplication()
  const form = { signed: 'ES256', encrypted } as const
  return anApplication({
    jwks: keys,
    userinfo: form,
    introspection: form,
    idToken: { ...idToken, encrypted },
  })
}

const signing = anApplication({
  userinfo: { signed: 'RS256', encrypted: undefined },
  introspection: { signed: 'ES256', encrypted: undefined },
})

eachStore((open) => {
  let plain: Provider
  beforeAll(async () => {
    plain = await aProvider(await open())
  })

  const tokensFrom = async (provider: Provider) => {
    const code = await provider.code({ scope: 'openid email' })
    return (await provider.post('/token', codeForm(code), basic())).json()
  }

  const verified = async (jwt: string, provider = plain) =>
    jwtVerify(jwt, createLocalJWKSet(await (await provider.get('/jwks.json')).json()), {
      issuer: provider.tenant.issuer,
      audience: 'web',
      currentDate: new Date(NOW * 1000),
    })

  const introspected = (provider: Provider, token: string, accept?: string) =>
    provider.post('/introspect', { token }, { ...basic(), ...(accept && { accept }) })

  describe('RFC 9701 §5 introspection', () => {
    test('is a JWT for whoever asks for one', async () => {
      const { access_token } = await tokensFrom(plain)
      const response = await introspected(plain, access_token, `text/html, ${TYPE}`)
      expect(response.headers.get('content-type')).toBe(TYPE)
      expect(response.headers.get('cache-control')).toBe('no-store')
      const { payload, protectedHeader } = await verified(await response.text())
      expect(protectedHeader).toMatchObject({ typ: 'token-introspection+jwt', alg: 'RS256' })
      const { issuer } = plain.tenant
      expect(payload).toEqual({
        iss: issuer,
        aud: 'web',
        iat: NOW,
        token_introspection: expect.objectContaining({ active: true, client_id: 'web' }),
      })
    })

    test('says as a JWT that a token is not active, and no more', async () => {
      const { payload } = await verified(await (await introspected(plain, 'x', TYPE)).text())
      expect(payload.token_introspection).toEqual({ active: false })
    })

    test('stays JSON for the others', async () => {
      expect(await (await introspected(plain, 'x', 'application/json')).json()).toEqual({
        active: false,
      })
    })

    test('always is one for an application that is to have one', async () => {
      const response = await introspected(plain.with({ applications: [signing] }), 'x')
      expect(response.headers.get('content-type')).toBe(TYPE)
      expect((await verified(await response.text())).protectedHeader.alg).toBe('ES256')
    })

    test('a refusal stays JSON', async () => {
      const response = await plain.post('/introspect', { token: 'x' }, { accept: TYPE })
      expect(await response.json()).toMatchObject({ error: 'invalid_client' })
    })

    test('the JWT is no access token', async () => {
      const jwt = await (await introspected(plain, 'x', TYPE)).text()
      expect((await plain.get('/userinfo', bearer(jwt))).status).toBe(401)
    })
  })

  describe('OpenID Connect Core §5.3.2 signed userinfo', () => {
    test('is from the issuer, for the application', async () => {
      const provider = plain.with({ applications: [signing] })
      const { access_token } = await tokensFrom(provider)
      const response = await provider.get('/userinfo', bearer(access_token))
      expect(response.headers.get('content-type')).toBe('application/jwt')
      const { payload, protectedHeader } = await verified(await response.text())
      expect(protectedHeader.alg).toBe('RS256')
      expect(payload).toEqual({
        iss: provider.tenant.issuer,
        aud: 'web',
        sub: 'sub-alice',
        email: 'alice@acme.example',
        email_verified: true,
      })
    })
  })

  describe('OpenID Connect Core §10.2 encryption', () => {
    const opened = async (jwe: string) => {
      const { alg = '' } = decodeProtectedHeader(jwe)
      const key = alg.startsWith('RSA') ? rsa.privateKey : ec.privateKey
      const { plaintext } = await compactDecrypt(jwe, key)
      return Buffer.from(plaintext).toString()
    }

    test.for([
      ...KEY_ENCRYPTIONS.map((alg) => ({ alg, enc: 'A256GCM' as const })),
      ...CONTENT_ENCRYPTIONS.map((enc) => ({ alg: 'RSA-OAEP-256' as const, enc })),
    ])('$alg with $enc', async (encrypted) => {
      const provider = plain.with({ applications: [encrypting(encrypted)] })
      const { access_token, id_token } = await tokensFrom(provider)
      const userinfo = await provider.get('/userinfo', bearer(access_token))
      const introspection = await introspected(provider, access_token)
      for (const jwe of [id_token, await userinfo.text(), await introspection.text()]) {
        const kid = encrypted.alg === 'RSA-OAEP-256' ? 'rsa' : 'ec'
        expect(decodeProtectedHeader(jwe)).toMatchObject({ ...encrypted, cty: 'JWT', kid })
        await expect(verified(await opened(jwe))).resolves.toBeDefined()
      }
    })

    test('with a key that is too short neither', async () => {
      const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
      const encrypted = { alg: 'RSA-OAEP-256', enc: 'A256GCM' } as const
      const application = encrypting(encrypted, [publicJwk(publicKey, 'short')])
      const provider = plain.with({ applications: [application] })
      const response = await introspected(provider, 'x')
      expect(response.status).toBe(503)
      expect(await response.json()).toMatchObject({ error: 'temporarily_unavailable' })
    })

    test('without a key for it, nothing goes out unencrypted', async () => {
      const encrypted = { alg: 'RSA-OAEP-256', enc: 'A256GCM' } as const
      const application = encrypting(encrypted, [aKey('sig', 'RS256').jwk])
      const provider = plain.with({ applications: [application] })
      const code = await provider.code({ scope: 'openid' })
      const response = await provider.post('/token', codeForm(code), basic())
      expect(await response.json()).toMatchObject({ error: 'temporarily_unavailable' })
      const again = plain.with({ applications: [encrypting(encrypted)] })
      expect((await again.post('/token', codeForm(code), basic())).status).toBe(200)
    })
  })
})
