import { describe, expect, test } from 'vitest'
import type { Endpoint } from '../../src/oauth/endpoints/endpoint.ts'
import { endpointsWith } from '../../src/oauth/endpoints/index.ts'
import { makeKey } from '../../src/oauth/keys/make.ts'
import { keyRing } from '../../src/oauth/keys/ring.ts'
import { aTenant, countingRandom, masterKey, NOW } from '../support/builders.ts'
import { aContext, aRequest } from '../support/exchange.ts'

const authorize: Endpoint = {
  paths: ['/authorize'],
  methods: ['GET', 'POST'],
  metadata: 'authorization_endpoint',
  face: 'page',
  handle: async () => ({ status: 200, headers: {}, body: '' }),
}

const { endpoints } = endpointsWith([authorize])
const tenant = aTenant()
const making = { tenant, masterKey: masterKey(), random: countingRandom(), now: NOW }
const keys = keyRing([await makeKey('ES256', 'active', making)], tenant.uid, masterKey())

async function get(path: string, headers = {}) {
  const endpoint = endpoints.find(({ paths }) => paths.includes(path))
  if (endpoint === undefined) throw new Error(`${path} is not served`)
  return endpoint.handle(aRequest({ method: 'GET', path, headers }), aContext({ keys }))
}

const DISCOVERY = ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']
const JWKS = ['/jwks', '/jwks.json', '/.well-known/jwks.json']

describe('RFC 8414 metadata', () => {
  test('names every endpoint below the issuer', async () => {
    const document = JSON.parse(String((await get(DISCOVERY[0] ?? '')).body))
    expect(document).toMatchObject({
      issuer: 'https://id.example/acme',
      authorization_endpoint: 'https://id.example/acme/authorize',
      token_endpoint: 'https://id.example/acme/token',
      userinfo_endpoint: 'https://id.example/acme/userinfo',
      introspection_endpoint: 'https://id.example/acme/introspect',
      revocation_endpoint: 'https://id.example/acme/revoke',
      device_authorization_endpoint: 'https://id.example/acme/device_authorization',
      jwks_uri: 'https://id.example/acme/jwks.json',
    })
    for (const [member, value] of Object.entries(document))
      if (/_endpoint$|_uri$/.test(member))
        expect(endpoints.flatMap(({ paths }) => paths)).toContain(
          String(value).slice(tenant.issuer.length),
        )
  })

  test('says what it can do, and what it cannot', async () => {
    expect(JSON.parse(String((await get(DISCOVERY[1] ?? '')).body))).toMatchObject({
      response_types_supported: ['code'],
      response_modes_supported: ['query', 'fragment', 'form_post'],
      grant_types_supported: [
        'authorization_code',
        'refresh_token',
        'client_credentials',
        'urn:openid:params:grant-type:ciba',
        'urn:ietf:params:oauth:grant-type:device_code',
      ],
      token_endpoint_auth_methods_supported: [
        'client_secret_basic',
        'client_secret_post',
        'private_key_jwt',
        'client_secret_jwt',
        'none',
      ],
      token_endpoint_auth_signing_alg_values_supported: expect.arrayContaining(['ES256', 'HS256']),
      introspection_endpoint_auth_methods_supported: [
        'client_secret_basic',
        'client_secret_post',
        'private_key_jwt',
        'client_secret_jwt',
      ],
      code_challenge_methods_supported: ['S256'],
      acr_values_supported: ['1'],
      id_token_signing_alg_values_supported: ['ES256', 'RS256'],
      subject_types_supported: ['public', 'pairwise'],
      scopes_supported: expect.arrayContaining(['openid', 'offline_access', 'orders:read']),
      claims_supported: expect.arrayContaining(['sub', 'email', 'email_verified']),
      authorization_response_iss_parameter_supported: true,
      require_pushed_authorization_requests: false,
      request_parameter_supported: true,
      request_object_signing_alg_values_supported: ['RS256', 'PS256', 'ES256', 'EdDSA'],
      require_signed_request_object: false,
      request_uri_parameter_supported: false,
      claims_parameter_supported: true,
    })
  })
})

describe.each([...DISCOVERY, ...JWKS])('%s', (path) => {
  test('may be kept, and is not sent twice', async () => {
    const first = await get(path)
    expect(first).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'public, max-age=300' },
    })
    const { etag = '' } = first.headers
    for (const known of [etag, `W/${etag}`, `"x", ${etag}`, '*'])
      expect(await get(path, { 'if-none-match': known })).toMatchObject({ status: 304, body: '' })
    expect(await get(path, { 'if-none-match': '"x"' })).toMatchObject({ status: 200 })
  })
})
