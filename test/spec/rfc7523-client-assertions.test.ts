import { beforeAll, describe, expect, test } from 'vitest'
import { seal } from '../../src/base/seal.ts'
import { secretPurpose } from '../../src/model/sealed-secret.ts'
import {
  ASSERTION_TYPE,
  aClaimSet,
  aKey,
  type ClaimSet,
  signed,
  type TestKey,
} from '../support/assertion.ts'
import { anApplication, masterKey, NOW } from '../support/builders.ts'
import { eachStore } from '../support/each-store.ts'
import { aProvider, basic, type Form, type Provider } from '../support/provider.ts'
import { testRandom } from '../support/stores.ts'

const KEYS = ['ES256', 'RS256', 'PS256', 'EdDSA'].map((alg) => aKey(`key-${alg}`, alg))
const [key, other = key] = KEYS
if (key === undefined || other === undefined) throw new Error('no keys')
const stranger = aKey(key.kid)
const forEncryption = aKey('enc', 'ES256', { use: 'enc' })

/** What JavaScript cannot make a text of. */
const NO_TEXT = { toString: 1, valueOf: 1 }

const SECRET = 'a-secret-of-at-least-32-bytes-which-is-long'
const NEXT_SECRET = 'another-secret-of-at-least-32-bytes-is-here'
const hmacKey = (secret = SECRET, alg = 'HS256') => ({
  alg,
  kid: 'secret',
  privateKey: Buffer.from(secret),
})

const sealedUnder = (id: string, secret: string, expiresAt?: number) => ({
  id,
  sealed: seal(secret, masterKey(), secretPurpose('uid-hs', id), testRandom),
  expiresAt,
})

const withKeys = { secrets: [], jwks: [...KEYS, forEncryption].map(({ jwk }) => jwk) }
const signing = { ...withKeys, authMethod: 'private_key_jwt' } as const

const applications = [
  anApplication({ clientId: 'web' }),
  anApplication({ clientId: 'signer', ...signing }),
  anApplication({ clientId: 'lenient', ...signing, assertionAudience: 'endpoints' }),
  anApplication({ clientId: 'off', ...signing, isDisabled: true }),
  anApplication({ clientId: 'sealed-too', ...withKeys, authMethod: 'client_secret' }),
  anApplication({
    clientId: 'hs',
    authMethod: 'client_secret_jwt',
    secrets: [],
    sealedSecrets: [
      sealedUnder('old', NEXT_SECRET.toUpperCase(), NOW),
      sealedUnder('main', SECRET),
      sealedUnder('next', NEXT_SECRET),
    ],
  }),
]

const grant = { grant_type: 'client_credentials', scope: 'orders:read' }

eachStore((open) => {
  let provider: Provider
  beforeAll(async () => {
    const bare = await aProvider(await open())
    provider = bare.with({ applications })
  })

  const ask = (assertion: string, change: Form = {}, at = provider) =>
    at.post('/token', {
      ...grant,
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: assertion,
      ...change,
    })

  interface Case {
    readonly when: string
    readonly clientId?: string
    readonly claims?: ClaimSet
    readonly aud?: (issuer: string) => unknown
    readonly header?: Readonly<Record<string, unknown>>
    readonly with?: TestKey | ReturnType<typeof hmacKey>
    readonly form?: Form
  }

  const assertionOf = ({ clientId = 'signer', claims, aud, header, with: by = key }: Case) => {
    const audience = (aud ?? ((issuer) => issuer))(provider.tenant.issuer)
    return signed(aClaimSet(clientId, audience, claims), by, header)
  }

  describe('OpenID Connect Core §9 private_key_jwt', () => {
    test.for<Case>([
      ...KEYS.map((each) => ({ when: `signed with ${each.alg}`, with: each })),
      { when: 'the key is not named', header: { kid: undefined } },
      { when: 'client_id is sent as well', form: { client_id: 'signer' } },
      { when: 'it says that it is a JWT', header: { typ: 'JWT' } },
      { when: 'it says what it is for', header: { typ: 'client-authentication+jwt' } },
      { when: 'its clock is 10 seconds ahead', claims: { iat: NOW + 10, nbf: NOW + 10 } },
      { when: 'it has no iat', claims: { iat: undefined } },
      { when: 'it lives for an hour', claims: { exp: NOW + 3600 } },
      { when: 'endpoints: the issuer', clientId: 'lenient' },
      { when: 'endpoints: /token', clientId: 'lenient', aud: (issuer) => `${issuer}/token` },
      {
        when: 'endpoints: a list with one of them',
        clientId: 'lenient',
        aud: (issuer) => ['https://else.example', `${issuer}/token`],
      },
    ])('taken when $when', async (each) => {
      const response = await ask(await assertionOf(each), each.form)
      expect(await response.json()).toMatchObject({ token_type: 'Bearer' })
    })

    test.for<Case>([
      { when: 'it is signed with the key of somebody else', with: stranger },
      { when: 'it is signed with a key for encryption', with: forEncryption },
      { when: 'the algorithm is not that of the key', header: { alg: 'ES256', kid: other.kid } },
      { when: 'the key is unknown', header: { kid: 'unknown' } },
      { when: 'the kid is no text', header: { kid: 1 } },
      { when: 'the issuer is another', claims: { iss: 'web' } },
      { when: 'the subject is another', claims: { sub: 'web' } },
      { when: 'there is no issuer', claims: { iss: undefined } },
      { when: 'there is no subject', claims: { sub: undefined } },
      { when: 'the client is unknown', clientId: 'nobody' },
      { when: 'the client is disabled', clientId: 'off' },
      { when: 'the client is registered for a secret', clientId: 'web' },
      { when: 'the client has keys and is registered for a secret', clientId: 'sealed-too' },
      { when: 'the client is registered for client_secret_jwt', clientId: 'hs' },
      { when: 'it is addressed to nobody', claims: { aud: undefined } },
      { when: 'it is addressed to somebody else', aud: () => 'https://else.example' },
      { when: 'it is addressed to an endpoint', aud: (issuer) => `${issuer}/token` },
      { when: 'the issuer has a slash', aud: (issuer) => `${issuer}/` },
      { when: 'the issuer is in a list', aud: (issuer) => [issuer] },
      { when: 'endpoints: another one', clientId: 'lenient', aud: (issuer) => `${issuer}/jwks` },
      {
        when: 'endpoints: somebody else',
        clientId: 'lenient',
        aud: () => ['https://else.example'],
      },
      { when: 'it has expired', claims: { exp: NOW } },
      { when: 'it expired 5 minutes ago', claims: { exp: NOW - 300 } },
      { when: 'it never expires', claims: { exp: undefined } },
      { when: 'it lives too long', claims: { exp: NOW + 7200 } },
      { when: 'it was made in the future', claims: { iat: NOW + 61 } },
      { when: 'it is not valid yet', claims: { nbf: NOW + 61 } },
      { when: 'it has no jti', claims: { jti: undefined } },
      { when: 'its jti is empty', claims: { jti: '' } },
      { when: 'its jti is long', claims: { jti: 'j'.repeat(257) } },
      { when: 'it is an access token', header: { typ: 'at+jwt' } },
      { when: 'it brings its key', header: { jwk: stranger.jwk }, with: stranger },
      { when: 'it says where its keys are', header: { jku: 'https://evil.example/jwks' } },
      { when: 'it names a certificate', header: { x5u: 'https://evil.example/x5u' } },
      { when: 'the type is unknown', form: { client_assertion_type: 'urn:jwt' } },
      { when: 'the type is missing', form: { client_assertion_type: '' } },
      { when: 'it is signed with a public key as secret', with: hmacKey(JSON.stringify(key.jwk)) },
    ])('invalid_client when $when', async (each) => {
      const assertion = await assertionOf(each).catch(() => 'x.y.z')
      const response = await ask(assertion, each.form)
      expect(response.status).toBe(401)
      expect(await response.json()).toMatchObject({ error: 'invalid_client' })
    })

    test.for<[string, () => string]>([
      ['nothing', () => 'x'],
      ['an empty header', () => 'e30.e30.'],
      ['no signature', () => unsecured(provider.tenant.issuer)],
      ['a very long one', () => `${'a'.repeat(20_000)}.b.c`],
      ['an algorithm that is no text', () => unsecured(provider.tenant.issuer, { alg: NO_TEXT })],
      ['a subject that is no text', () => unsecured(provider.tenant.issuer, {}, { sub: NO_TEXT })],
    ])('invalid_client for %s', async ([, make]) => {
      expect((await ask(make())).status).toBe(401)
    })

    test('the body may not name another client', async () => {
      const response = await ask(await assertionOf({ when: '' }), { client_id: 'web' })
      expect(await response.json()).toMatchObject({ error: 'invalid_request' })
    })

    test('a secret besides it is a second method', async () => {
      const assertion = await assertionOf({ when: '' })
      const form = { ...grant, client_assertion_type: ASSERTION_TYPE, client_assertion: assertion }
      const twice = await provider.post('/token', form, basic())
      expect(await twice.json()).toMatchObject({ error: 'invalid_request' })
    })

    test('a client that signs cannot use a secret', async () => {
      const response = await provider.post('/token', grant, basic('signer', 'web-secret'))
      expect(await response.json()).toMatchObject({ error: 'invalid_client' })
    })

    test('introspection and revocation take it as well', async () => {
      for (const path of ['/introspect', '/revoke']) {
        const client_assertion = await assertionOf({ when: '' })
        const form = { token: 'x', client_assertion_type: ASSERTION_TYPE, client_assertion }
        expect((await provider.post(path, form)).status).toBe(200)
      }
    })
  })

  describe('RFC 7523 §3 single use', () => {
    test('of twenty at once one is taken, and none later', async () => {
      const assertion = await assertionOf({ when: '' })
      const answers = await Promise.all(Array.from({ length: 20 }, () => ask(assertion)))
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
      expect((await ask(assertion)).status).toBe(401)
      const restarted = provider.with({ now: NOW + 30 })
      expect((await ask(assertion, {}, restarted)).status).toBe(401)
    })

    test('nobody uses up the jti of another', async () => {
      const claims = { jti: 'shared' }
      expect((await ask(await assertionOf({ when: '', claims, with: stranger }))).status).toBe(401)
      expect((await ask(await assertionOf({ when: '', claims }))).status).toBe(200)
      const lenient = await assertionOf({ when: '', claims, clientId: 'lenient' })
      expect((await ask(lenient)).status).toBe(200)
    })
  })

  describe('OpenID Connect Core §9 client_secret_jwt', () => {
    test.for(['HS256', 'HS384', 'HS512'])('%s', async (alg) => {
      const assertion = await assertionOf({ when: '', clientId: 'hs', with: hmacKey(SECRET, alg) })
      expect((await ask(assertion)).status).toBe(200)
    })

    test('every secret that is valid at the time', async () => {
      const by = (secret: string) =>
        assertionOf({ when: '', clientId: 'hs', with: hmacKey(secret) }).then((each) => ask(each))
      expect((await by(NEXT_SECRET)).status).toBe(200)
      expect((await by(NEXT_SECRET.toUpperCase())).status).toBe(401)
      expect((await by('guess'.repeat(10))).status).toBe(401)
    })

    test('is used once, and does not make the secret a password', async () => {
      const assertion = await assertionOf({ when: '', clientId: 'hs', with: hmacKey() })
      expect((await ask(assertion)).status).toBe(200)
      expect((await ask(assertion)).status).toBe(401)
      expect((await provider.post('/token', grant, basic('hs', SECRET))).status).toBe(401)
    })
  })
})

/** RFC 8725 §3.2: `none` is no algorithm. */
function unsecured(issuer: string, header: ClaimSet = {}, claims: ClaimSet = {}): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const payload = aClaimSet('signer', issuer, claims)
  return `${encode({ alg: 'none', ...header })}.${encode(payload)}.`
}
