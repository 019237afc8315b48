import express from 'express'
import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestKey, webKey } from '../support/assertion.ts'
import { EXTENDED, servingExtended } from '../support/extensions.ts'
import { freePort } from '../support/free-port.ts'
import { hosting } from '../support/relying-parties.ts'
import type { Serving } from '../support/serving.ts'
import { ALICE, signIn } from '../support/sign-in.ts'
import { type FreshDatabase, stores } from '../support/stores.ts'
import { type UserAgent, userAgent } from '../support/user-agent.ts'

const { signing, pushing, sealing, scope } = EXTENDED

describe.each(stores)('openid-client, unmodified, beyond the code flow, on $name', (engine) => {
  let database: FreshDatabase
  let server: Serving
  let home: string
  let issuer: string

  beforeAll(async () => {
    database = await engine.fresh()
    home = `http://127.0.0.1:${await freePort()}`
    server = await servingExtended(database.url, home)
    issuer = server.issuer('acme')
  })
  afterAll(async () => {
    await server?.stop()
    await database?.remove()
  })

  const discovered = (id: string, method: client.ClientAuth): Promise<client.Configuration> =>
    client.discovery(new URL(issuer), id, undefined, method, {
      execute: [client.allowInsecureRequests],
    })

  const withKey = async ({ id, key }: { id: string; key: TestKey }) =>
    discovered(id, client.PrivateKeyJwt({ key: await webKey(key), kid: key.kid }))
  const withSecret = () => discovered(pushing.id, client.ClientSecretJwt(pushing.secret))

  /** One request, and what the answer to it is checked with. */
  async function aRequest(change: Record<string, string> = {}) {
    const pkceCodeVerifier = client.randomPKCECodeVerifier()
    const expectedState = client.randomState()
    const expectedNonce = client.randomNonce()
    const parameters = {
      redirect_uri: `${home}/callback`,
      scope,
      state: expectedState,
      nonce: expectedNonce,
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      ...change,
    }
    return { parameters, checks: { pkceCodeVerifier, expectedState, expectedNonce } }
  }

  const back = (url: URL, agent: UserAgent = userAgent()): Promise<URL> =>
    signIn({ agent, url, redirectUri: home })

  test('pushed authorization requests (RFC 9126), with client_secret_jwt', async () => {
    const web = await withSecret()
    const { parameters, checks } = await aRequest()
    const url = await client.buildAuthorizationUrlWithPAR(web, parameters)
    expect([...url.searchParams.keys()].sort()).toEqual(['client_id', 'request_uri'])
    const tokens = await client.authorizationCodeGrant(web, await back(url), checks)
    expect(tokens.claims()).toMatchObject({ iss: issuer, aud: pushing.id })
  })

  test('a request that had to be pushed and was not comes back as an error', async () => {
    const web = await withSecret()
    const { parameters, checks } = await aRequest()
    const answer = await back(client.buildAuthorizationUrl(web, parameters))
    await expect(client.authorizationCodeGrant(web, answer, checks)).rejects.toMatchObject({
      error: 'invalid_request',
      error_description: 'the request must be pushed first',
    })
  })

  describe('signed request objects by value (RFC 9101)', () => {
    const signed = async (web: client.Configuration, parameters: Record<string, string>) =>
      client.buildAuthorizationUrlWithJAR(web, parameters, {
        key: await webKey(sealing.key),
        kid: sealing.key.kid,
      })

    test('in the query', async () => {
      const web = await withKey(sealing)
      const { parameters, checks } = await aRequest()
      const url = await signed(web, parameters)
      expect([...url.searchParams.keys()].sort()).toEqual(['client_id', 'request'])
      const tokens = await client.authorizationCodeGrant(web, await back(url), checks)
      expect(tokens.claims()).toMatchObject({ aud: sealing.id, nonce: checks.expectedNonce })
    })

    test('pushed', async () => {
      const web = await withKey(sealing)
      const { parameters, checks } = await aRequest()
      const { searchParams } = await signed(web, parameters)
      const url = await client.buildAuthorizationUrlWithPAR(web, searchParams)
      const tokens = await client.authorizationCodeGrant(web, await back(url), checks)
      expect(tokens.claims()).toMatchObject({ aud: sealing.id, nonce: checks.expectedNonce })
    })

    test('a request that had to be signed and was not comes back as an error', async () => {
      const web = await withKey(sealing)
      const { parameters, checks } = await aRequest()
      const answer = await back(client.buildAuthorizationUrl(web, parameters))
      await expect(client.authorizationCodeGrant(web, answer, checks)).rejects.toMatchObject({
        error: 'invalid_request',
        error_description: 'the request must be in a signed object',
      })
    })
  })

  test('form_post: the page posts to the application, which reads the request', async () => {
    const web = await withKey(signing)
    const { parameters, checks } = await aRequest({ response_mode: 'form_post' })
    const app = express()
    app.use(express.text({ type: 'application/x-www-form-urlencoded' }))
    app.post('/callback', async (request, response) => {
      const { body, headers } = request
      const type = { 'content-type': headers['content-type'] ?? '' }
      const posted = new Request(`${home}/callback`, { method: 'POST', headers: type, body })
      const tokens = await client.authorizationCodeGrant(web, posted, checks)
      response.json(tokens.claims())
    })
    const hosted = await hosting(app, Number(new URL(home).port))
    try {
      const agent = userAgent()
      const url = client.buildAuthorizationUrl(web, parameters).href
      const consent = await agent.submit(await agent.open(url), { ...ALICE, action: 'sign-in' })
      const page = await agent.submit(consent, { action: 'allow' })
      expect(page.html).toContain('Back to the application')
      const { html } = await agent.submit(page, {})
      expect(JSON.parse(html)).toMatchObject({ aud: signing.id, nonce: checks.expectedNonce })
    } finally {
      await hosted.close()
    }
  })

  test('the claims parameter (OIDC §5.5)', async () => {
    const web = await withKey(signing)
    const claims = { id_token: { email: { essential: true } }, userinfo: { nickname: null } }
    const asked = { scope: 'openid', claims: JSON.stringify(claims) }
    const { parameters, checks } = await aRequest(asked)
    const answer = await back(client.buildAuthorizationUrl(web, parameters))
    const tokens = await client.authorizationCodeGrant(web, answer, checks)
    const { sub = '', ...others } = tokens.claims() ?? {}
    expect(others).toMatchObject({ email: 'alice@acme.example' })
    expect(others).not.toHaveProperty('nickname')
    const info = await client.fetchUserInfo(web, tokens.access_token, sub)
    expect(info).toEqual({ sub, nickname: 'Al' })
  })

  test('CIBA: asks, and polls while the person approves in the inbox', async () => {
    const bank = await withKey(signing)
    const asking = { scope: 'openid email', login_hint: ALICE.username, binding_message: 'W4SCT' }
    const asked = await client.initiateBackchannelAuthentication(bank, asking)
    expect(asked).toMatchObject({ interval: 1, expires_in: expect.any(Number) })
    const polling = client.pollBackchannelAuthenticationGrant(bank, asked)
    const alice = userAgent()
    const inbox = await alice.submit(await alice.open(`${issuer}/ciba`), {
      ...ALICE,
      action: 'sign-in',
    })
    expect(inbox.html).toContain('W4SCT')
    await alice.submit(inbox, { action: 'allow' })
    const tokens = await polling
    expect(tokens.claims()).toMatchObject({ iss: issuer, aud: signing.id })

    const second = await client.initiateBackchannelAuthentication(bank, asking)
    await alice.submit(await alice.open(`${issuer}/ciba`), { action: 'deny' })
    await expect(client.pollBackchannelAuthenticationGrant(bank, second)).rejects.toMatchObject({
      error: 'access_denied',
    })
  })

  test('logout ends the session and what hangs on it, and comes back', async () => {
    const web = await withKey(signing)
    const agent = userAgent()
    const { parameters, checks } = await aRequest({ scope: 'openid email orders:read' })
    const url = client.buildAuthorizationUrl(web, parameters)
    const tokens = await client.authorizationCodeGrant(web, await back(url, agent), checks)
    // `introspection.signed` in its document: the answer is a JWT (RFC 9701).
    const introspect = () => client.tokenIntrospection(web, tokens.access_token)
    expect(await introspect()).toMatchObject({ active: true, client_id: signing.id })

    const leaving = client.buildEndSessionUrl(web, {
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: `${home}/bye`,
      state: 'left',
    })
    const left = await agent.open(leaving.href, home)
    expect(left.url.href).toBe(`${home}/bye?state=left`)
    expect(await introspect()).toEqual({ active: false })
    const silent = await aRequest({ prompt: 'none' })
    const answer = await agent.open(client.buildAuthorizationUrl(web, silent.parameters).href, home)
    await expect(
      client.authorizationCodeGrant(web, answer.url, silent.checks),
    ).rejects.toMatchObject({ error: 'login_required' })
  })

  test('introspection answered as a JWT (RFC 9701), verified with the published keys', async () => {
    const web = await withKey(signing)
    client.enableNonRepudiationChecks(web)
    const types: (string | null)[] = []
    web[client.customFetch] = async (url, { method, headers, body }) => {
      const reply = await fetch(url, { method, headers, body: body ? String(body) : null })
      types.push(reply.headers.get('content-type'))
      return reply
    }
    const { parameters, checks } = await aRequest()
    const answer = await back(client.buildAuthorizationUrl(web, parameters))
    const tokens = await client.authorizationCodeGrant(web, answer, checks)
    const seen = await client.tokenIntrospection(web, tokens.access_token)
    expect(seen).toMatchObject({ active: true, client_id: signing.id, iss: issuer })
    expect(types.at(-1)).toBe('application/token-introspection+jwt')
    expect(await client.tokenIntrospection(web, 'nothing')).toEqual({ active: false })
    expect(types.at(-1)).toBe('application/token-introspection+jwt')
  })
})
