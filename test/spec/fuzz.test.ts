import { expect, test } from 'vitest'
import type { Passwords } from '../../src/base/password.ts'
import { loginEndpoints } from '../../src/login/index.ts'
import { endpointsWith } from '../../src/oauth/endpoints/index.ts'
import { eachDoor } from '../support/each-door.ts'
import { type Said, seeded, send, twisted } from '../support/hostile.ts'
import { basic, type Form, VERIFIER } from '../support/provider.ts'
import type { Page } from '../support/user-agent.ts'
import { requestTo, tokensFor, type Visitor, visitor } from '../support/visitor.ts'

const REQUESTS = process.env.FULL === '1' ? 20_000 : 1_000
const AT_ONCE = 20

/** Whatever is served, now and later; nothing is asked of the passwords here. */
const { endpoints, capabilities } = endpointsWith(loginEndpoints({} as Passwords))

const PAGES: readonly string[] = endpoints
  .filter(({ face }) => face === 'page')
  .flatMap(({ paths }) => paths)

/** What some endpoint or other reads. */
const ANYTHING = {
  scope: 'openid orders:read',
  login_hint: 'alice',
  binding_message: 'W4SCT',
  requested_expiry: '120',
  user_code: 'BCDF-GHJK',
  request: 'eyJhbGciOiJub25lIn0.e30.',
  request_uri: 'urn:ietf:params:oauth:request_uri:x',
  claims: '{"userinfo":{"name":null}}',
  token: 'x',
  auth_req_id: 'x',
  device_code: 'x',
  code: 'x',
  username: 'alice',
  client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  client_assertion: 'e30.e30.x',
  action: 'allow',
}

/** With less in it, a request gets further. */
const without = (...names: readonly string[]) =>
  Object.fromEntries(Object.entries(ANYTHING).filter(([name]) => !names.includes(name)))
const ORDERS = 'https://api.acme.example'

eachDoor(({ door }) => {
  test(`${REQUESTS} hostile requests: no 5xx, no silence, and the face of the endpoint`, async () => {
    const right = await rightRequests(visitor(door()))
    const chance = seeded('tokenidp')
    for (let sent = 0; sent < REQUESTS; sent += AT_ONCE) {
      const batch = Array.from({ length: AT_ONCE }, () => twisted(chance.one(right), chance))
      const answers = await Promise.all(batch.map((each) => send(door().origin, each)))
      for (const [index, answer] of answers.entries()) {
        const { method, path } = batch[index] ?? { method: '', path: '' }
        const what = `${method} ${path.slice(0, 200)} ${answer.status} ${answer.body.slice(0, 200)}`
        expect(answer.status, what).toBeLessThan(500)
        expect(answer.status, what).toBeGreaterThanOrEqual(200)
        if (method !== 'HEAD') expectFace(path, answer, what)
      }
    }
    // Whatever came, the next person signs in.
    const { status } = await tokensFor(door(), await visitor(door()).signIn({}, 'bob'))
    expect(status).toBe(200)
  }, 600_000)

  /** What is rightly said to each endpoint, with everything in it alive. */
  const rightRequests = async (alice: Visitor): Promise<readonly Said[]> => {
    const page = await alice.signIn({ scope: 'openid offline_access orders:read' })
    const { body } = await tokensFor(door(), page)
    const consent = await alice.ask({ client_id: 'web', prompt: 'consent' })
    const login = await alice.ask({ prompt: 'login' })
    const cookie = { cookie: alice.agent.cookies() }
    const asked = Object.fromEntries(requestTo(door()))
    const flow = ({ url, html }: Page) => ({
      query: { interaction: url.searchParams.get('interaction') ?? '' },
      csrf: /name="csrf" value="([^"]+)"/.exec(html)?.[1] ?? '',
    })
    const [atLogin, atConsent] = [flow(login), flow(consent)]
    const { csrf } = atLogin
    const exchange = {
      grant_type: 'authorization_code',
      code: body.refresh_token,
      code_verifier: VERIFIER,
    }
    const credentials = { username: 'alice', password: 'guess', action: 'sign-in', csrf }
    const hint = { id_token_hint: body.id_token, post_logout_redirect_uri: `${door().home}/bye` }
    const bearer = { authorization: `Bearer ${body.access_token}` }
    return [
      { path: '/authorize', query: asked, headers: cookie },
      { path: '/authorize', query: { ...asked, ...hint, prompt: 'login' } },
      { path: '/authorize', form: asked },
      { path: '/login', query: atLogin.query, headers: cookie },
      { path: '/login', query: atLogin.query, form: credentials, headers: cookie },
      { path: '/consent', query: atConsent.query, headers: cookie },
      {
        path: '/consent',
        query: atConsent.query,
        form: { action: 'x', csrf: atConsent.csrf },
        headers: cookie,
      },
      { path: '/logout', query: { ...hint, state: 's' } },
      { path: '/logout', form: { id_token_hint: body.id_token, state: 's' } },
      { path: '/logout', form: { csrf, action: 'x' }, headers: cookie },
      { path: '/token', form: exchange, headers: basic('own') },
      {
        path: '/token',
        form: { grant_type: 'client_credentials', resource: ORDERS },
        headers: basic('own'),
      },
      {
        path: '/token',
        form: { grant_type: 'refresh_token', refresh_token: body.id_token },
        headers: basic('own'),
      },
      { path: '/introspect', form: { token: body.access_token }, headers: basic('own') },
      { path: '/introspect', form: { token: body.refresh_token }, headers: basic('own') },
      {
        path: '/revoke',
        form: { token: body.id_token, token_type_hint: 'x' },
        headers: basic('own'),
      },
      { path: '/userinfo', headers: bearer },
      { path: '/userinfo', form: {}, headers: bearer },
      { path: '/jwks.json' },
      { path: '/.well-known/openid-configuration' },
      { path: '/assets/style.css' },
      ...ofEveryEndpoint(cookie),
      ...ofEveryGrant(),
    ]
  }
})

/** Each endpoint that is served, by each of its methods, as somebody signed in and as an application. */
const ofEveryEndpoint = (cookie: Form): readonly Said[] =>
  endpoints.flatMap(({ paths: [path = ''], methods }) =>
    methods.flatMap((method): readonly Said[] =>
      method === 'GET'
        ? [{ path, query: ANYTHING, headers: cookie }]
        : [
            { path, form: ANYTHING },
            { path, form: without('client_assertion', 'client_assertion_type'), headers: cookie },
            {
              path,
              form: without('client_assertion', 'client_assertion_type', 'request_uri', 'request'),
              headers: basic('own'),
            },
          ],
    ),
  )

const ofEveryGrant = (): readonly Said[] =>
  capabilities.grantTypes.map((grant) => ({
    path: '/token',
    form: { grant_type: grant, ...without('client_assertion', 'client_assertion_type') },
    headers: basic('own'),
  }))

function expectFace(
  path: string,
  answer: { status: number; type: string; body: string },
  what: string,
) {
  const below = /^\/acme(\/[^?]*)/.exec(path)?.[1] ?? ''
  // RFC 6750 §3.1: whoever shows no token is told no error.
  if (answer.body === '') return expect([200, 204, 303, 304, 401], what).toContain(answer.status)
  // Another Host may be another tenant, below which there is no such place.
  if (PAGES.includes(below) && answer.status !== 404) {
    expect(answer.type, what).toBe('text/html; charset=utf-8')
    return expect(answer.body, what).toMatch(/^<!doctype html>/)
  }
  if (answer.type.startsWith('text/')) return expect(answer.status, what).toBeLessThan(500)
  expect(answer.type, what).toBe('application/json')
  const body = JSON.parse(answer.body)
  if (answer.status >= 400) expect(body.error, what).toMatch(/^[a-z_]+$/)
}
