import { describe, expect, test } from 'vitest'
import { eachDoor } from '../support/each-door.ts'
import { basic, type Form } from '../support/provider.ts'
import { push, pushedUrl } from '../support/push.ts'
import { answerAt, tokensFor, visitor } from '../support/visitor.ts'

const UNKNOWN = `urn:ietf:params:oauth:request_uri:${'x'.repeat(51)}`

eachDoor(({ door, clock }) => {
  const open = (someone: ReturnType<typeof visitor>, uri: string, change: Form = {}) =>
    someone.agent.open(pushedUrl(door(), uri, change), `${door().home}/callback`)
  const NO_HEADERS = {}

  describe('RFC 9126 §2 what is pushed', () => {
    test('F4 201, a request_uri that nobody guesses, and its life of 60 s', async () => {
      const { status, headers, body } = await push(door())
      expect(status).toBe(201)
      expect(headers.get('cache-control')).toBe('no-store')
      expect(body).toEqual({
        request_uri: expect.stringMatching(/^urn:ietf:params:oauth:request_uri:[\w-]{51}$/),
        expires_in: 60,
      })
    })

    test('a client that has authenticated need not name itself', async () => {
      const { status } = await push(door(), { client_id: '' })
      expect(status).toBe(201)
    })

    test.for([
      { when: 'there is no client', change: {}, by: NO_HEADERS, error: 'invalid_client' },
      { when: 'the secret is wrong', change: {}, by: basic('own', 'x'), error: 'invalid_client' },
      { when: 'the client is another', change: { client_id: 'web' }, error: 'invalid_request' },
      { when: 'F4 request_uri is pushed', change: { request_uri: UNKNOWN } },
      { when: 'F4 redirect_uri is missing', change: { redirect_uri: '' } },
      { when: 'redirect_uri is not registered', change: { redirect_uri: 'https://x.example/' } },
      { when: 'response_type is missing', change: { response_type: '' } },
      { when: 'F5 PKCE is missing', change: { code_challenge: '', code_challenge_method: '' } },
      { when: 'F5 PKCE is plain', change: { code_challenge_method: 'plain' } },
      { when: 'prompt is unknown', change: { prompt: 'dance' } },
      { when: 'response_mode is unknown', change: { response_mode: 'jwt' } },
      {
        when: 'F6 response_type is hybrid',
        change: { response_type: 'code id_token' },
        error: 'unsupported_response_type',
      },
      { when: 'scope is unknown', change: { scope: 'openid x' }, error: 'invalid_scope' },
      {
        when: 'resource is unknown',
        change: { resource: 'https://x.example' },
        error: 'invalid_target',
      },
    ])('$error when $when', async ({ change, by, error = 'invalid_request' }) => {
      const { status, body } = await push(door(), change, by)
      expect(body).toMatchObject({ error, error_description: expect.any(String) })
      expect(status).toBe(error === 'invalid_client' ? 401 : 400)
    })

    test.for(['GET', 'PUT', 'DELETE'])('F4 %s is not allowed', async (method) => {
      const reply = await fetch(`${door().issuer}/par`, { method, headers: basic('own') })
      expect(reply.status).toBe(405)
    })
  })

  describe('RFC 9126 §4 the authorization request', () => {
    test('F4 client_id and request_uri are enough', async () => {
      const { uri } = await push(door(), { state: 's'.repeat(128) })
      const someone = visitor(door())
      const page = await someone.enter(await open(someone, uri))
      expect(answerAt(page)).toMatchObject({ state: 's'.repeat(128), iss: door().issuer })
      const { status, claims } = await tokensFor(door(), page)
      expect(status).toBe(200)
      expect(claims).toMatchObject({ nonce: 'n-1', aud: 'own' })
    })

    test('F4 parameters outside are ignored', async () => {
      const { uri } = await push(door())
      const someone = visitor(door())
      const page = await someone.enter(
        await open(someone, uri, {
          state: 'other',
          redirect_uri: 'https://thief.example/',
          scope: 'nothing',
          prompt: 'none',
          response_mode: 'fragment',
        }),
      )
      expect(answerAt(page)).toMatchObject({ code: expect.any(String), state: 's-1' })
    })

    test('it may come by POST', async () => {
      const { uri } = await push(door())
      const someone = visitor(door())
      const reply = await someone.fetch(`${door().issuer}/authorize`, {
        method: 'POST',
        body: new URLSearchParams({ client_id: 'own', request_uri: uri }),
      })
      expect(reply.status).toBe(303)
      const next = new URL(reply.headers.get('location') ?? '', door().issuer)
      const page = await someone.agent.open(next.href, `${door().home}/callback`)
      expect(answerAt(await someone.enter(page))).toHaveProperty('code')
    })

    test('a public client pushes by its client_id', async () => {
      const change = { client_id: 'cli', redirect_uri: 'http://127.0.0.1:5123/callback' }
      const { status, uri } = await push(door(), change, NO_HEADERS)
      expect(status).toBe(201)
      const page = await open(visitor(door()), uri, { client_id: 'cli' })
      expect(page.url.pathname).toBe('/acme/login')
    })

    test('F4 it opens twice before anybody has signed in, and once after', async () => {
      const { uri } = await push(door())
      const someone = visitor(door())
      const first = await open(someone, uri)
      const second = await open(someone, uri)
      expect(answerAt(await someone.enter(second))).toHaveProperty('code')
      // The first page belongs to a request that has been answered.
      expect((await someone.enter(first)).status).toBe(400)
      expect(answerAt(await open(someone, uri))).toEqual({
        error: 'invalid_request_uri',
        error_description: expect.any(String),
        state: 's-1',
        iss: door().issuer,
      })
    })

    test('F4 single sign-on uses it up, too', async () => {
      const someone = visitor(door())
      await someone.signIn()
      const { uri } = await push(door())
      expect(answerAt(await open(someone, uri))).toHaveProperty('code')
      expect(answerAt(await open(someone, uri))).toMatchObject({ error: 'invalid_request_uri' })
    })

    test('F11 a refusal ends it, too', async () => {
      const { uri } = await push(door())
      const someone = visitor(door())
      const page = await someone.press(await open(someone, uri), 'cancel')
      expect(answerAt(page)).toMatchObject({ error: 'access_denied', state: 's-1' })
      expect(answerAt(await open(someone, uri))).toMatchObject({ error: 'invalid_request_uri' })
    })

    test('F4 after 60 s it has expired; a sign-in that began before goes on', async () => {
      const { uri } = await push(door())
      const someone = visitor(door())
      const began = await open(someone, uri)
      clock.forward(59)
      expect((await open(visitor(door()), uri)).url.pathname).toBe('/acme/login')
      clock.forward(1)
      expect(answerAt(await open(visitor(door()), uri))).toMatchObject({
        error: 'invalid_request_uri',
        state: 's-1',
      })
      expect(answerAt(await someone.enter(began))).toHaveProperty('code')
    })

    test('F4 another client, another tenant and a guess get a page', async () => {
      const { uri } = await push(door())
      const urls = [
        pushedUrl(door(), uri, { client_id: 'web' }),
        pushedUrl(door(), uri).replace('/acme/', '/other/'),
        pushedUrl(door(), UNKNOWN),
        pushedUrl(door(), 'urn:ietf:params:oauth:request_uri:'),
        pushedUrl(door(), uri, { client_id: '' }),
      ]
      for (const url of urls) {
        const page = await visitor(door()).agent.open(url, door().home)
        expect(page.status).toBe(400)
        expect(page.url.href.startsWith(door().origin)).toBe(true)
      }
    })
  })

  describe('RFC 9126 §5, §6 policy and metadata', () => {
    test('F4 an application that must push gets nothing without', async () => {
      const change = { client_id: 'pushes' }
      const page = await visitor(door()).ask(change)
      expect(answerAt(page)).toMatchObject({ error: 'invalid_request', state: 's-1' })
      const { uri } = await push(door(), change, basic('pushes'))
      expect((await open(visitor(door()), uri, change)).url.pathname).toBe('/acme/login')
    })

    test('F1 discovery names the endpoint', async () => {
      const reply = await fetch(`${door().issuer}/.well-known/openid-configuration`)
      expect(await reply.json()).toMatchObject({
        pushed_authorization_request_endpoint: `${door().issuer}/par`,
        require_pushed_authorization_requests: false,
      })
    })
  })
})
