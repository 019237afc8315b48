import { createRemoteJWKSet, jwtVerify } from 'jose'
import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ORDERS_API, servingQuickstart, WEB, WORKER } from '../support/quickstart.ts'
import type { Serving } from '../support/serving.ts'
import { signIn } from '../support/sign-in.ts'
import { type FreshDatabase, stores } from '../support/stores.ts'
import { userAgent } from '../support/user-agent.ts'

describe.each(stores)('openid-client, unmodified, on $name', (engine) => {
  let database: FreshDatabase
  let server: Serving
  let issuer: string
  let web: client.Configuration
  let tokens: client.TokenEndpointResponse & client.TokenEndpointResponseHelpers

  const discovered = (id: string, secret: string): Promise<client.Configuration> =>
    client.discovery(new URL(issuer), id, undefined, client.ClientSecretBasic(secret), {
      execute: [client.allowInsecureRequests],
    })

  beforeAll(async () => {
    database = await engine.fresh()
    server = await servingQuickstart(database.url)
    issuer = server.issuer('acme')
    web = await discovered(WEB.id, WEB.secret)
  })
  afterAll(async () => {
    await server?.stop()
    await database?.remove()
  })

  test('discovery: OpenID Connect and RFC 8414', async () => {
    expect(web.serverMetadata().issuer).toBe(issuer)
    const oauth = await client.discovery(new URL(issuer), 'web', undefined, undefined, {
      algorithm: 'oauth2',
      execute: [client.allowInsecureRequests],
    })
    expect(oauth.serverMetadata().token_endpoint).toBe(web.serverMetadata().token_endpoint)
  })

  test('authorization code with PKCE, state and nonce', async () => {
    const pkceCodeVerifier = client.randomPKCECodeVerifier()
    const expectedState = client.randomState()
    const expectedNonce = client.randomNonce()
    const url = client.buildAuthorizationUrl(web, {
      redirect_uri: WEB.redirectUri,
      scope: WEB.scope,
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: expectedState,
      nonce: expectedNonce,
      max_age: '3600',
    })
    const callback = await signIn({ agent: userAgent(), url, redirectUri: WEB.redirectUri })
    tokens = await client.authorizationCodeGrant(web, callback, {
      pkceCodeVerifier,
      expectedState,
      expectedNonce,
      maxAge: 3600,
    })
    expect(tokens.claims()).toMatchObject({ iss: issuer, aud: WEB.id, nonce: expectedNonce })
    expect(tokens.expires_in).toBe(900)
    expect(tokens.refresh_token).toBeDefined()
  })

  test('the access token is a JWT that an API can verify on its own (RFC 9068)', async () => {
    const keys = createRemoteJWKSet(new URL(web.serverMetadata().jwks_uri ?? ''))
    const { payload, protectedHeader } = await jwtVerify(tokens.access_token, keys, {
      issuer,
      audience: ORDERS_API,
      typ: 'at+jwt',
      algorithms: ['ES256'],
    })
    expect(payload).toMatchObject({ client_id: WEB.id, sub: tokens.claims()?.sub })
    expect(protectedHeader.kid).toBeDefined()
  })

  test('the ID token is verified with the published keys', async () => {
    const keys = createRemoteJWKSet(new URL(web.serverMetadata().jwks_uri ?? ''))
    const { payload } = await jwtVerify(tokens.id_token ?? '', keys, {
      issuer,
      audience: WEB.id,
      algorithms: ['RS256'],
    })
    expect(payload).toMatchObject({ sid: expect.any(String), at_hash: expect.any(String) })
  })

  test('userinfo', async () => {
    const sub = tokens.claims()?.sub ?? ''
    const info = await client.fetchUserInfo(web, tokens.access_token, sub)
    expect(info).toMatchObject({ sub, email: 'alice@acme.example', email_verified: true })
  })

  test('introspection', async () => {
    const seen = await client.tokenIntrospection(web, tokens.access_token)
    expect(seen).toMatchObject({ active: true, client_id: WEB.id, iss: issuer })
  })

  test('refresh with rotation', async () => {
    const before = tokens
    tokens = await client.refreshTokenGrant(web, before.refresh_token ?? '')
    expect(tokens.refresh_token).not.toBe(before.refresh_token)
    expect(tokens.claims()?.sub).toBe(before.claims()?.sub)
  })

  test('revocation ends what was issued together', async () => {
    await client.tokenRevocation(web, tokens.refresh_token ?? '')
    expect(await client.tokenIntrospection(web, tokens.access_token)).toEqual({ active: false })
    await expect(client.refreshTokenGrant(web, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    })
  })

  test('the logout address leads to a page of ours', async () => {
    const url = client.buildEndSessionUrl(web, { id_token_hint: tokens.id_token ?? '' })
    const page = await userAgent().open(url.href)
    expect(page.status).toBe(200)
  })

  test('client credentials', async () => {
    const worker = await discovered(WORKER.id, WORKER.secret)
    const granted = await client.clientCredentialsGrant(worker, { scope: WORKER.scope })
    expect(granted).toMatchObject({ token_type: 'bearer', scope: WORKER.scope })
    expect(granted.refresh_token).toBeUndefined()
  })
})
