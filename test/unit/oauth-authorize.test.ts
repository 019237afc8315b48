import { describe, expect, test } from 'vitest'
import { authorizationFor, codeFor } from '../../src/oauth/authorize/grant.ts'
import { identify, storedRequest, validate } from '../../src/oauth/authorize/request.ts'
import {
  addressWith,
  codeAnswer,
  errorAnswer,
  type Target,
} from '../../src/oauth/authorize/respond.ts'
import { OAuthError } from '../../src/oauth/errors.ts'
import { Params } from '../../src/oauth/params.ts'
import { anApplication, aPublicApplication, aSession, aTenant, NOW } from '../support/builders.ts'
import { aContext } from '../support/exchange.ts'
import { CHALLENGE } from '../support/provider.ts'

const VALID = {
  response_type: 'code',
  client_id: 'web',
  redirect_uri: 'https://web.example/callback',
  scope: 'openid email orders:read',
  state: 's-1',
  nonce: 'n-1',
  code_challenge: CHALLENGE,
  code_challenge_method: 'S256',
}

const tenant = aTenant({}, [
  anApplication(),
  anApplication({ clientId: 'off', isDisabled: true }),
  anApplication({ clientId: 'old', pkce: 'optional' }),
  anApplication({ clientId: 'plain', grants: new Set(['authorization_code']) }),
  anApplication({ clientId: 'batch', grants: new Set(['client_credentials']) }),
  anApplication({ clientId: 'small', scopes: new Set(['openid', 'orders:read']) }),
  aPublicApplication({ pkce: 'optional', redirectUris: ['https://web.example/callback'] }),
])

const params = (change: Record<string, string> = {}, more = ''): Params =>
  Params.parse(`${new URLSearchParams({ ...VALID, ...change })}${more}`)

const request = async (change: Record<string, string> = {}, more = '') => {
  const asked = params(change, more)
  return validate(asked, identify(asked, { tenant }), aContext({ tenant }))
}

describe('RFC 6749 §4.1.2.1 refusals that are pages', () => {
  test.for([
    { when: 'client_id is absent', change: { client_id: '' } },
    { when: 'the client is unknown', change: { client_id: 'nobody' } },
    { when: 'the client is disabled', change: { client_id: 'off' } },
    { when: 'redirect_uri is absent', change: { redirect_uri: '' } },
    { when: 'redirect_uri has more path', change: { redirect_uri: `${VALID.redirect_uri}/x` } },
    { when: 'redirect_uri has a query', change: { redirect_uri: `${VALID.redirect_uri}?x=y` } },
  ])('invalid_request when $when', ({ change }) => {
    expect(() => identify(params(change), { tenant })).toThrow(
      expect.objectContaining({ code: 'invalid_request' }),
    )
  })
})

describe('RFC 6749 §4.1.2.1 refusals that are redirects', () => {
  const plain = { code_challenge_method: '' }
  const without = { code_challenge: '', code_challenge_method: '' }
  test.for([
    { error: 'invalid_request', when: 'response_type is absent', change: { response_type: '' } },
    { error: 'unsupported_response_type', when: 'it is token', change: { response_type: 'token' } },
    {
      error: 'unsupported_response_type',
      when: 'it is hybrid',
      change: { response_type: 'code id_token' },
    },
    { error: 'unauthorized_client', when: 'the client may not', change: { client_id: 'batch' } },
    {
      error: 'invalid_request',
      when: 'response_mode is web_message',
      change: { response_mode: 'web_message' },
    },
    { error: 'invalid_request', when: 'PKCE is required', change: without },
    {
      error: 'invalid_request',
      when: 'a public client has no PKCE',
      change: { ...without, client_id: 'spa' },
    },
    { error: 'invalid_request', when: 'PKCE is plain by default', change: plain },
    { error: 'invalid_request', when: 'PKCE is plain', change: { code_challenge_method: 'plain' } },
    {
      error: 'invalid_request',
      when: 'the challenge is none',
      change: { code_challenge: 'short' },
    },
    {
      error: 'invalid_request',
      when: 'a method has no challenge',
      change: { client_id: 'old', code_challenge: '' },
    },
    { error: 'invalid_scope', when: 'scope is absent', change: { scope: '' } },
    { error: 'invalid_scope', when: 'scope is unknown', change: { scope: 'openid other' } },
    {
      error: 'invalid_scope',
      when: 'scope is not allowed',
      change: { client_id: 'small', scope: 'openid orders:write' },
    },
    {
      error: 'invalid_target',
      when: 'resource is unknown',
      change: { resource: 'https://other.example' },
    },
    {
      error: 'invalid_target',
      when: 'resource is not allowed',
      change: { client_id: 'small', scope: 'openid', resource: 'https://bills.acme.example/' },
    },
    {
      error: 'invalid_target',
      when: 'scope is of another resource',
      change: { resource: 'https://bills.acme.example/' },
    },
    { error: 'invalid_request', when: 'prompt is unknown', change: { prompt: 'dance' } },
    {
      error: 'invalid_request',
      when: 'prompt none is not alone',
      change: { prompt: 'none login' },
    },
    { error: 'invalid_request', when: 'max_age is negative', change: { max_age: '-1' } },
    { error: 'invalid_request', when: 'max_age is no number', change: { max_age: '1e3' } },
    { error: 'invalid_request', when: 'state is endless', change: { state: 's'.repeat(3000) } },
    { error: 'invalid_request', when: 'the hint is no token', change: { id_token_hint: 'x' } },
    {
      error: 'request_uri_not_supported',
      when: 'it is referred to',
      change: { request_uri: 'https://x' },
    },
    {
      error: 'registration_not_supported',
      when: 'registration is sent',
      change: { registration: '{}' },
    },
  ])('$error when $when', async ({ error, change }) => {
    await expect(request(change)).rejects.toMatchObject({ code: error })
  })
})

describe('a valid authorization request', () => {
  test('is what was asked, and survives its storage', async () => {
    const asked = await request({ prompt: 'login consent', max_age: '60', login_hint: 'alice' })
    expect(asked).toMatchObject({
      applicationUid: 'uid-web',
      scopes: ['openid', 'email', 'orders:read'],
      resources: ['https://api.acme.example'],
      prompts: ['login', 'consent'],
      maxAge: 60,
      loginHint: 'alice',
      hintedSubject: null,
    })
    expect(storedRequest(JSON.parse(JSON.stringify(asked)))).toEqual(asked)
  })

  test.for([
    { display: 'popup' },
    { ui_locales: 'se' },
    { claims_locales: 'se' },
    { acr_values: '1 2' },
    { claims: '{"userinfo":{}}' },
    { extra: 'foobar' },
    { response_mode: 'query' },
  ])('may carry %j', async (change) => {
    await expect(request(change)).resolves.toMatchObject({ clientId: 'web' })
  })

  test('RFC 8707 §2: may name several resources, with or without the slash', async () => {
    const more = `&resource=${encodeURIComponent('https://api.acme.example/')}&resource=${encodeURIComponent('https://bills.acme.example')}`
    await expect(request({ scope: 'openid orders:read bills:read' }, more)).resolves.toMatchObject({
      resources: ['https://api.acme.example', 'https://bills.acme.example/'],
    })
  })

  test('OpenID Connect Core §11: offline_access needs a client that can refresh', async () => {
    const scope = 'openid offline_access'
    await expect(request({ scope })).resolves.toMatchObject({
      scopes: ['openid', 'offline_access'],
    })
    await expect(request({ scope, client_id: 'plain' })).resolves.toMatchObject({
      scopes: ['openid'],
    })
  })

  test('becomes an authorization and a code', async () => {
    const asked = await request({ scope: 'openid offline_access' })
    const context = aContext({ tenant })
    expect(authorizationFor(asked, aSession(), context)).toMatchObject({
      userUid: 'uid-alice',
      nonce: 'n-1',
      isOffline: true,
    })
    const { code, row } = codeFor(asked, anApplication(), context)
    expect(code).toHaveLength(51)
    expect(row).toMatchObject({ redirectUri: VALID.redirect_uri, expiresAt: NOW + 60 })
  })
})

describe('RFC 9207 the answer', () => {
  const target: Target = {
    redirectUri: 'https://web.example/callback?a=b%20c',
    responseMode: 'query',
    state: 's &1',
  }

  test.for([
    { responseMode: 'query', separator: '&' },
    { responseMode: 'fragment', separator: '#' },
  ] as const)('$responseMode keeps the query and carries state and iss', (mode) => {
    const { responseMode, separator } = mode
    const answer = codeAnswer(target, 'c-1', 'https://id.example/acme')
    expect(addressWith(answer, { ...target, responseMode })).toBe(
      `https://web.example/callback?a=b%20c${separator}code=c-1&state=s+%261&iss=https%3A%2F%2Fid.example%2Facme`,
    )
  })

  test('says what was wrong, and has no state when there was none', () => {
    const error = new OAuthError('access_denied', 'no')
    expect(errorAnswer({ ...target, state: null }, error, 'https://id.example')).toEqual({
      error: 'access_denied',
      error_description: 'no',
      iss: 'https://id.example',
    })
  })
})
