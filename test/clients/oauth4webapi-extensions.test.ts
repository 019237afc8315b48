import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { webKey } from '../support/assertion.ts'
import { EXTENDED, servingExtended } from '../support/extensions.ts'
import type { Serving } from '../support/serving.ts'
import { signIn } from '../support/sign-in.ts'
import { type FreshDatabase, stores } from '../support/stores.ts'
import { userAgent } from '../support/user-agent.ts'

const { signing, pushing, scope } = EXTENDED
const http = { [oauth.allowInsecureRequests]: true }
const HOME = 'http://127.0.0.1:8400'
const JWT_ANSWER = 'application/token-introspection+jwt'

describe.each(stores)('oauth4webapi, unmodified, beyond the code flow, on $name', (engine) => {
  let database: FreshDatabase
  let server: Serving
  let as: oauth.AuthorizationServer

  beforeAll(async () => {
    database = await engine.fresh()
    server = await servingExtended(database.url, HOME)
    const issuer = new URL(server.issuer('acme'))
    as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, http))
  })
  afterAll(async () => {
    await server?.stop()
    await database?.remove()
  })

  /** Pushes a request, signs in and gets the tokens. */
  async function pushedSignIn(web: oauth.Client, auth: oauth.ClientAuth) {
    const verifier = oauth.generateRandomCodeVerifier()
    const expectedNonce = oauth.generateRandomNonce()
    const state = oauth.generateRandomState()
    const redirectUri = `${HOME}/callback`
    const parameters = new URLSearchParams({
      response_type: 'code',
      redirect_uri: redirectUri,
      scope,
      state,
      nonce: expectedNonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    })
    const reply = await oauth.pushedAuthorizationRequest(as, web, auth, parameters, http)
    const pushed = await oauth.processPushedAuthorizationResponse(as, web, reply)
    expect(pushed.expires_in).toBe(60)
    const url = new URL(as.authorization_endpoint ?? '')
    url.searchParams.set('client_id', web.client_id)
    url.searchParams.set('request_uri', pushed.request_uri)
    const callback = await signIn({ agent: userAgent(), url, redirectUri })
    const code = oauth.validateAuthResponse(as, web, callback, state)
    const answer = await oauth.authorizationCodeGrantRequest(
      as,
      web,
      auth,
      code,
      redirectUri,
      verifier,
      http,
    )
    return oauth.processAuthorizationCodeResponse(as, web, answer, {
      expectedNonce,
      requireIdToken: true,
    })
  }

  const answerAbout = (web: oauth.Client, auth: oauth.ClientAuth, token: string) =>
    oauth.introspectionRequest(as, web, auth, token, http)

  test('private_key_jwt: PAR, tokens, and introspection that always is a JWT', async () => {
    const { id, key } = signing
    const web = { client_id: id, introspection_signed_response_alg: 'RS256' }
    const auth = oauth.PrivateKeyJwt({ key: await webKey(key), kid: key.kid })
    const tokens = await pushedSignIn(web, auth)
    expect(oauth.getValidatedIdTokenClaims(tokens)).toMatchObject({ iss: as.issuer, aud: id })

    const answer = await answerAbout(web, auth, tokens.access_token)
    expect(answer.headers.get('content-type')).toBe(JWT_ANSWER)
    const seen = await oauth.processIntrospectionResponse(as, web, answer)
    await oauth.validateApplicationLevelSignature(as, answer, http)
    expect(seen).toMatchObject({ active: true, client_id: id, iss: as.issuer })

    const plain = { ...http, requestJwtResponse: false }
    const always = await oauth.introspectionRequest(as, web, auth, tokens.access_token, plain)
    expect(always.headers.get('content-type')).toBe(JWT_ANSWER)
  })

  test('client_secret_jwt: PAR, tokens, refresh, and a JWT for whoever accepts one', async () => {
    const { id, secret } = pushing
    const [web, asJwt] = [{ client_id: id }, { ...http, requestJwtResponse: true }]
    const auth = oauth.ClientSecretJwt(secret)
    const first = await pushedSignIn(web, auth)
    const renewed = await oauth.refreshTokenGrantRequest(
      as,
      web,
      auth,
      first.refresh_token ?? '',
      http,
    )
    const { access_token: token } = await oauth.processRefreshTokenResponse(as, web, renewed)

    const plain = await answerAbout(web, auth, token)
    expect(plain.headers.get('content-type')).toContain('application/json')
    expect(await oauth.processIntrospectionResponse(as, web, plain)).toMatchObject({ active: true })

    const answer = await oauth.introspectionRequest(as, web, auth, token, asJwt)
    expect(answer.headers.get('content-type')).toBe(JWT_ANSWER)
    const seen = await oauth.processIntrospectionResponse(as, web, answer)
    await oauth.validateApplicationLevelSignature(as, answer, http)
    expect(seen).toMatchObject({ active: true, client_id: id })
  })

  test('one application cannot be the other with what it has', async () => {
    const { key } = signing
    const web = { client_id: pushing.id }
    const auth = oauth.PrivateKeyJwt({ key: await webKey(key), kid: key.kid })
    const reply = await oauth.pushedAuthorizationRequest(as, web, auth, new URLSearchParams(), http)
    await expect(oauth.processPushedAuthorizationResponse(as, web, reply)).rejects.toMatchObject({
      error: 'invalid_client',
    })
  })
})
