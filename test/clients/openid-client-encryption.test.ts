import { generateKeyPairSync } from 'node:crypto'
import { decodeProtectedHeader } from 'jose'
import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Jwk } from '../../src/model/jwk.ts'
import { anApplication, jwks, servingShop } from '../support/extensions.ts'
import type { Serving } from '../support/serving.ts'
import { signIn } from '../support/sign-in.ts'
import { type FreshDatabase, stores } from '../support/stores.ts'
import { userAgent } from '../support/user-agent.ts'

const HOME = 'http://127.0.0.1:8400'
const SECRET = 'a-secret-for-an-application'

const oaep = { name: 'RSA-OAEP', hash: 'SHA-256' }
const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
const x25519 = () => generateKeyPairSync('x25519')
const ecdh = { name: 'ECDH', namedCurve: 'P-256' }

/** Each way to bring the key of the content, and each to encrypt it, once. */
const READERS = [
  { id: 'rsa', alg: 'RSA-OAEP-256', enc: 'A256GCM', pair: rsa(), as: oaep },
  { id: 'ec-direct', alg: 'ECDH-ES', enc: 'A128CBC-HS256', pair: ec(), as: ecdh },
  { id: 'ec-128', alg: 'ECDH-ES+A128KW', enc: 'A256CBC-HS512', pair: ec(), as: ecdh },
  { id: 'x25519', alg: 'ECDH-ES+A256KW', enc: 'A128GCM', pair: x25519(), as: { name: 'X25519' } },
]
type Reader = (typeof READERS)[number]

const documentOf = ({ id, alg, enc, pair }: Reader): string => {
  const jwk = { ...pair.publicKey.export({ format: 'jwk' }), kid: id, alg, use: 'enc' } as Jwk
  const encrypted = `{ encrypted: { alg: ${alg}, enc: ${enc} } }`
  return anApplication(
    HOME,
    id,
    `clientAuth: { secrets: [{ id: only, value: ${SECRET} }] }`,
    `tokens: { id: ${encrypted} }`,
    `userinfo: ${encrypted}`,
    `introspection: ${encrypted}`,
    jwks({ jwk }),
  )
}

async function opener({ id, alg, pair, as }: Reader): Promise<client.DecryptionKey> {
  const jwk = pair.privateKey.export({ format: 'jwk' }) as JsonWebKey
  const uses: KeyUsage[] = as === oaep ? ['decrypt', 'unwrapKey'] : ['deriveBits']
  return { key: await crypto.subtle.importKey('jwk', jwk, as, false, uses), alg, kid: id }
}

describe.each(stores)('openid-client, unmodified, is told in JWEs, on $name', (engine) => {
  let database: FreshDatabase
  let server: Serving

  beforeAll(async () => {
    database = await engine.fresh()
    server = await servingShop(database.url, READERS.map(documentOf))
  })
  afterAll(async () => {
    await server?.stop()
    await database?.remove()
  })

  test.for(READERS)('$alg with $enc: ID token, userinfo, introspection', async (reader) => {
    const answers = new Map<string, string>()
    const web = await client.discovery(
      new URL(server.issuer('acme')),
      reader.id,
      { introspection_signed_response_alg: 'RS256' },
      client.ClientSecretBasic(SECRET),
      { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] },
    )
    web[client.customFetch] = async (url, { method, headers, body }) => {
      const reply = await fetch(url, { method, headers, body: body ? String(body) : null })
      answers.set(new URL(url).pathname, await reply.clone().text())
      return reply
    }
    client.enableDecryptingResponses(web, [reader.enc], await opener(reader))
    const pkceCodeVerifier = client.randomPKCECodeVerifier()
    const expectedNonce = client.randomNonce()
    const url = client.buildAuthorizationUrl(web, {
      redirect_uri: `${HOME}/callback`,
      scope: 'openid email orders:read',
      nonce: expectedNonce,
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    })
    const callback = await signIn({ agent: userAgent(), url, redirectUri: HOME })
    const tokens = await client.authorizationCodeGrant(web, callback, {
      pkceCodeVerifier,
      expectedNonce,
    })
    const sub = tokens.claims()?.sub ?? ''
    expect(tokens.claims()).toMatchObject({ aud: reader.id, nonce: expectedNonce })

    const info = await client.fetchUserInfo(web, tokens.access_token, sub)
    expect(info).toMatchObject({ sub, email: 'alice@acme.example' })

    const seen = await client.tokenIntrospection(web, tokens.access_token)
    expect(seen).toMatchObject({ active: true, sub, client_id: reader.id })

    const { id_token } = JSON.parse(answers.get('/acme/token') ?? '')
    for (const jwe of [id_token, answers.get('/acme/userinfo'), answers.get('/acme/introspect')])
      expect(decodeProtectedHeader(jwe)).toMatchObject({ alg: reader.alg, enc: reader.enc })
  })
})
