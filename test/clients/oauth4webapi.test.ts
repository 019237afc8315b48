import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ORDERS_API, servingQuickstart, WEB, WORKER } from '../support/quickstart.ts'
import type { Serving } from '../support/serving.ts'
import { signIn } from '../support/sign-in.ts'
import { type FreshDatabase, stores } from '../support/stores.ts'
import { userAgent } from '../support/user-agent.ts'

const http = { [oauth.allowInsecureRequests]: true }

describe.each(stores)('oauth4webapi, unmodified, on $name', (engine) => {
  let database: FreshDatabase
  let server: Serving
  let as: oauth.AuthorizationServer
  let tokens: oauth.TokenEndpointResponse
  const web: oauth.Client = { client_id: WEB.id }
  const webAuth = oauth.ClientSecretBasic(WEB.secret)

  beforeAll(async () => {
    database = await engine.fresh()
    server = await servingQuickstart(database.url)
    const issuer = new URL(server.issuer('acme'))
    const answer = await oauth.discoveryRequest(issuer, http)
    as = await oauth.processDiscoveryResponse(issuer, answer)
  })
  afterAll(async () => {
    await server?.stop()
    await database?.remove()
  })

  test('code, PKCE, iss in the response (RFC 9207)', async () => {
    const verifier = oauth.generateRandomCodeVerifier()
    const state = oauth.generateRandomState()
    const nonce = oauth.generateRandomNonce()
    const url = new URL(as.authorization_endpoint ?? '')
    url.search = new URLSearchParams({
      response_type: 'code',
      client_id: WEB.id,
      redirect_uri: WEB.redirectUri,
      scope: WEB.scope,
      state,
      nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }).toString()
    const callback = await signIn({ agent: userAgent(), url, redirectUri: WEB.redirectUri })
    expect(callback.searchParams.get('iss')).toBe(as.issuer)
    const params = oauth.validateAuthResponse(as, web, callback, state)
    const answer = await oauth.authorizationCodeGrantRequest(
      as,
      web,
      webAuth,
      params,
      WEB.redirectUri,
      verifier,
      http,
    )
    tokens = await oauth.processAuthorizationCodeResponse(as, web, answer, {
      expectedNonce: nonce,
      requireIdToken: true,
    })
    expect(oauth.getValidatedIdTokenClaims(tokens)?.sid).toBeDefined()
  })

  test('an API validates the JWT access token (RFC 9068)', async () => {
    const request = new Request(`${ORDERS_API}/orders`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    })
    const claims = await oauth.validateJwtAccessToken(as, request, ORDERS_API, http)
    expect(claims).toMatchObject({
      client_id: WEB.id,
      scope: expect.stringContaining('orders:read'),
    })
  })

  test('userinfo', async () => {
    const sub = oauth.getValidatedIdTokenClaims(tokens)?.sub ?? ''
    const answer = await oauth.userInfoRequest(as, web, tokens.access_token, http)
    expect(await oauth.processUserInfoResponse(as, web, sub, answer)).toMatchObject({
      email: 'alice@acme.example',
    })
  })

  test('refresh', async () => {
    const asked = tokens.refresh_token ?? ''
    const answer = await oauth.refreshTokenGrantRequest(as, web, webAuth, asked, http)
    tokens = await oauth.processRefreshTokenResponse(as, web, answer)
    expect(tokens.refresh_token).not.toBe(asked)
  })

  test('introspection and revocation', async () => {
    const introspect = async () =>
      oauth.processIntrospectionResponse(
        as,
        web,
        await oauth.introspectionRequest(as, web, webAuth, tokens.access_token, http),
      )
    expect((await introspect()).active).toBe(true)
    const answer = await oauth.revocationRequest(as, web, webAuth, tokens.access_token, http)
    await oauth.processRevocationResponse(answer)
    expect(await introspect()).toEqual({ active: false })
  })

  test('client credentials', async () => {
    const worker: oauth.Client = { client_id: WORKER.id }
    const answer = await oauth.clientCredentialsGrantRequest(
      as,
      worker,
      oauth.ClientSecretBasic(WORKER.secret),
      { scope: WORKER.scope },
      http,
    )
    const granted = await oauth.processClientCredentialsResponse(as, worker, answer)
    expect(granted.expires_in).toBe(900)
  })
})
