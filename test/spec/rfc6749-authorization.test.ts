import { describe, expect, test } from 'vitest'
import { eachDoor } from '../support/each-door.ts'
import { answerAt, authorizeUrl, requestTo, tokensFor, visitor } from '../support/visitor.ts'

const CANARY = 'c4n4ry'

eachDoor(({ door }) => {
  const pageFor = async (query: string, init: RequestInit = {}) => {
    const reply = await fetch(`${door().issuer}/authorize${query}`, { redirect: 'manual', ...init })
    return { reply, html: await reply.text() }
  }

  describe('RFC 6749 §4.1.2.1 a refusal that may not redirect', () => {
    test.for([
      { when: 'nothing is sent', query: () => '' },
      { when: 'client_id is absent', query: () => asked({ client_id: '' }) },
      { when: 'the client is unknown', query: () => asked({ client_id: CANARY }) },
      { when: 'the client is disabled', query: () => asked({ client_id: 'off' }) },
      { when: 'client_id is repeated', query: () => `${asked()}&client_id=own` },
      { when: 'redirect_uri is absent', query: () => asked({ redirect_uri: '' }) },
      { when: 'redirect_uri is repeated', query: () => `${asked()}&redirect_uri=${home()}` },
      { when: 'redirect_uri is of another', query: () => to(`https://evil.example/${CANARY}`) },
      { when: 'redirect_uri has more path', query: () => to(`${home()}/callback/${CANARY}`) },
      { when: 'redirect_uri is longer', query: () => to(`${home()}/callback${CANARY}`) },
      { when: 'redirect_uri is shorter', query: () => to(`${home()}/`) },
      { when: 'redirect_uri has a query', query: () => to(`${home()}/callback?a=${CANARY}`) },
      { when: 'redirect_uri has a fragment', query: () => to(`${home()}/callback#${CANARY}`) },
      { when: 'redirect_uri ends in /', query: () => to(`${home()}/callback/`) },
      { when: 'redirect_uri is upper case', query: () => to(`${home()}/CALLBACK`) },
      { when: 'redirect_uri is escaped', query: () => to(`${home()}/callbac%6B`) },
      { when: 'redirect_uri climbs', query: () => to(`${home()}/x/../callback`) },
      { when: 'redirect_uri has a user', query: () => to(home().replace('//', '//a@')) },
      { when: 'its scheme is another', query: () => to(home().replace('http:', 'https:')) },
      { when: 'its port is another', query: () => to('http://127.0.0.1:1/callback') },
      { when: 'its query is another', query: () => to(`${home()}/callback?kept=a+b`) },
      { when: 'it is script', query: () => to('javascript:alert(1)') },
      { when: 'state is repeated', query: () => `${asked()}&state=${CANARY}` },
      { when: 'an escape is broken', query: () => `${asked()}&x=%` },
      { when: 'NUL is in it', query: () => `${asked()}&x=%00` },
      { when: 'it is not UTF-8', query: () => `${asked()}&x=%C3` },
      { when: 'parameters are 101', query: () => `${asked()}${'&a=b'.repeat(101)}` },
      { when: 'a kept request is unknown', query: () => `?interaction=${CANARY}` },
    ])('is a page when $when', async ({ query }) => {
      const { reply, html } = await pageFor(query())
      expect(reply.status).toBe(400)
      expect(reply.headers.get('location')).toBeNull()
      expect(reply.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(reply.headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(reply.headers.get('cache-control')).toBe('no-store')
      expect(html).not.toContain(CANARY)
    })

    const home = () => door().home
    const asked = (change: Record<string, string> = {}) => `?${requestTo(door(), change)}`
    const to = (redirectUri: string) => asked({ redirect_uri: redirectUri })
  })

  describe('RFC 6749 §4.1.2.1, RFC 9207 §2 a refusal that is a redirect', () => {
    test.for([
      { error: 'invalid_request', when: 'response_type is absent', change: { response_type: '' } },
      ...['token', 'id_token', 'code id_token', 'id_token token', 'none', 'CODE', 'code code'].map(
        (type) => ({
          error: 'unsupported_response_type',
          when: `response_type is ${type}`,
          change: { response_type: type },
        }),
      ),
      ...['jwt', 'web_message'].map((mode) => ({
        error: 'invalid_request',
        when: `response_mode is ${mode}`,
        change: { response_mode: mode },
      })),
      { error: 'unauthorized_client', when: 'the client may not', change: { client_id: 'batch' } },
      { error: 'invalid_scope', when: 'scope is absent', change: { scope: '' } },
      { error: 'invalid_scope', when: 'scope is unknown', change: { scope: 'openid nothing' } },
      {
        error: 'invalid_scope',
        when: 'scope is not its own',
        change: { client_id: 'small', scope: 'openid orders:write' },
      },
      { error: 'invalid_request', when: 'state is endless', change: { state: 's'.repeat(2_049) } },
      { error: 'invalid_request', when: 'scope comes twice', change: {}, more: '&scope=openid' },
      { error: 'invalid_request', when: 'any comes twice', change: {}, more: '&foo=1&foo=2' },
    ])('$error when $when', async ({ error, change, ...rest }) => {
      const more = 'more' in rest ? rest.more : ''
      const query = `?${requestTo(door(), { state: 's'.repeat(128), ...change })}${more}`
      const { reply } = await pageFor(query)
      expect(reply.status).toBe(303)
      const location = new URL(reply.headers.get('location') ?? '')
      expect(`${location.origin}${location.pathname}`).toBe(`${door().home}/callback`)
      expect(location.hash).toBe('')
      expect(Object.fromEntries(location.searchParams)).toEqual({
        error,
        error_description: expect.stringMatching(/^[\x20\x21\x23-\x5B\x5D-\x7E]+$/),
        state: 'state' in change ? change.state : 's'.repeat(128),
        iss: door().issuer,
      })
    })

    test.for([
      { state: '' },
      { state: 'a b+c&d=e#f"<>%' },
      { state: 'é漢字🙂' },
      { state: 's\r\nset-cookie: a=b' },
    ])('sends the state back as it came: %j', async ({ state }) => {
      const { reply } = await pageFor(`?${requestTo(door(), { state, scope: 'no' })}`)
      const location = new URL(reply.headers.get('location') ?? '')
      expect(location.searchParams.get('state')).toBe(state === '' ? null : state)
    })

    test('keeps the registered query', async () => {
      const redirect_uri = `${door().home}/callback?kept=a%20b`
      const { reply } = await pageFor(`?${requestTo(door(), { redirect_uri, scope: 'no' })}`)
      expect(reply.headers.get('location')).toMatch(`${redirect_uri}&error=invalid_scope&`)
    })
  })

  describe('RFC 6749 §4.1.2 an answer', () => {
    test('is a code with state and iss, and nothing in the fragment', async () => {
      const page = await visitor(door()).signIn({ state: 's'.repeat(128) })
      expect(page.url.hash).toBe('')
      expect(answerAt(page)).toEqual({
        code: expect.stringMatching(/^[A-Za-z0-9_-]{51}$/),
        state: 's'.repeat(128),
        iss: door().issuer,
      })
    })

    test('may come without state and nonce', async () => {
      const page = await visitor(door()).signIn({ state: '', nonce: '' })
      expect(Object.keys(answerAt(page)).sort()).toEqual(['code', 'iss'])
      expect((await tokensFor(door(), page)).claims).not.toHaveProperty('nonce')
    })

    test('an order of scopes is no difference, nor is an unknown parameter', async () => {
      const page = await visitor(door()).signIn({
        scope: 'orders:read  email openid email',
        extra: 'foobar',
      })
      const { status, body } = await tokensFor(door(), page)
      expect([status, body.scope.split(' ').sort()]).toEqual([
        200,
        ['email', 'openid', 'orders:read'],
      ])
    })

    test('goes to the registered address with its query', async () => {
      const redirect_uri = `${door().home}/callback?kept=a%20b`
      const page = await visitor(door()).signIn({ redirect_uri })
      expect(page.url.href).toContain('/callback?kept=a%20b&code=')
      const tokens = await tokensFor(door(), page, 'own', { redirect_uri })
      expect(tokens.status).toBe(200)
    })
  })

  describe('RFC 6749 §3.1 a POST to the authorization endpoint', () => {
    const post = (change = {}, headers: Record<string, string> = {}) =>
      pageFor('', { method: 'POST', body: requestTo(door(), change), headers })

    test('from another site goes on as a GET that carries our cookies', async () => {
      const alice = visitor(door())
      await alice.signIn()
      const { reply } = await post(
        { state: 'posted' },
        { origin: 'https://app.example', 'sec-fetch-site': 'cross-site' },
      )
      expect(reply.status).toBe(303)
      const next = reply.headers.get('location') ?? ''
      expect(next).toMatch(/^\/acme\/authorize\?interaction=[\w-]{43}$/)
      const address = new URL(next, door().origin).href
      for (const page of [
        await alice.agent.open(address, door().home),
        await alice.agent.open(address, door().home),
      ])
        expect(answerAt(page)).toMatchObject({ code: expect.any(String), state: 'posted' })
    })

    test('is refused on a page as a GET is', async () => {
      const { reply } = await post({ client_id: 'nobody' })
      expect([reply.status, reply.headers.get('location')]).toEqual([400, null])
    })

    test('is refused at the application as a GET is', async () => {
      const { reply } = await post({ scope: 'nothing' })
      const address = new URL(reply.headers.get('location') ?? '', door().origin)
      const page = await visitor(door()).agent.open(address.href, door().home)
      expect(answerAt(page)).toMatchObject({ error: 'invalid_scope', state: 's-1' })
    })

    test('kept by one tenant, or for sign-out, is nothing to another address', async () => {
      const { reply } = await post()
      const [, id = ''] = (reply.headers.get('location') ?? '').split('=')
      for (const path of ['/other/authorize', '/acme/logout', '/acme/login', '/acme/consent']) {
        const answer = await fetch(`${door().origin}${path}?interaction=${id}`, {
          redirect: 'manual',
        })
        expect([path, answer.status]).toEqual([path, 400])
      }
    })

    test('its query is not read', async () => {
      const url = authorizeUrl(door())
      const reply = await fetch(url, { method: 'POST', redirect: 'manual' })
      expect(reply.status).toBe(400)
    })
  })
})
