import { createHmac } from 'node:crypto'
import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { eachDoor } from '../support/each-door.ts'
import { basic, type Form } from '../support/provider.ts'
import { answerAt, authorizeUrl, tokensFor, type Visitor, visitor } from '../support/visitor.ts'

const WEB = { client_id: 'web', prompt: 'consent' }
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

eachDoor(({ door, clock }) => {
  const bye = () => `${door().home}/bye`
  const isSignedIn = async (someone: Visitor) =>
    'code' in answerAt(await someone.ask({ prompt: 'none' }))

  /** Somebody signed in at `web`, and the ID token it has of them. */
  const signedIn = async (username = 'alice') => {
    const someone = visitor(door())
    const page = await someone.press(await someone.signIn(WEB, username), 'allow')
    const { body } = await tokensFor(door(), page, 'web')
    return { someone, idToken: String(body.id_token) }
  }
  const logoutUrl = (query: Form, tenant = 'acme') =>
    `${door().origin}/${tenant}/logout?${new URLSearchParams(query)}`
  const logout = (someone: Visitor, query: Form) => someone.agent.open(logoutUrl(query), bye())

  describe('OpenID Connect RP-Initiated Logout §2, §3', () => {
    test.for([
      { when: 'with state', more: { state: 's'.repeat(128) } },
      { when: 'with a state to escape', more: { state: 'a b&c=d#é' } },
      { when: 'without state', more: {} },
      { when: 'with the client named too', more: { client_id: 'web' } },
      { when: 'with locales and more', more: { ui_locales: 'se', logout_hint: 'x', foo: 'bar' } },
    ])('L1 a hint and a registered address come back $when', async ({ more }) => {
      const { someone, idToken } = await signedIn()
      const query = { id_token_hint: idToken, post_logout_redirect_uri: bye(), ...more }
      const page = await logout(someone, query)
      expect(`${page.url.origin}${page.url.pathname}`).toBe(bye())
      expect(answerAt(page)).toEqual('state' in more ? { state: more.state } : {})
      expect(await isSignedIn(someone)).toBe(false)
      expect(answerAt(await someone.ask({ prompt: 'none' }))).toMatchObject({
        error: 'login_required',
      })
    })

    test('L4 an expired ID token is a hint', async () => {
      const { someone, idToken } = await signedIn()
      clock.forward(1_200)
      const query = { id_token_hint: idToken, post_logout_redirect_uri: bye() }
      expect((await logout(someone, query)).url.href).toBe(bye())
      expect(await isSignedIn(someone)).toBe(false)
    })

    test('a registered query is kept', async () => {
      const { someone, idToken } = await signedIn()
      const uri = `${bye()}?a=b`
      const query = { id_token_hint: idToken, post_logout_redirect_uri: uri, state: 's' }
      expect((await logout(someone, query)).url.href).toBe(`${uri}&state=s`)
    })

    test('a hint alone ends the session on a page', async () => {
      const { someone, idToken } = await signedIn()
      const page = await logout(someone, { id_token_hint: idToken })
      expect([page.status, page.url.pathname]).toEqual([200, '/acme/logout'])
      expect(page.html).toContain('You are signed out')
      expect(page.headers.getSetCookie()).toEqual([
        'tokenidp-session-uid-acme=; Max-Age=0; Path=/acme; HttpOnly; SameSite=Lax',
      ])
      expect(await isSignedIn(someone)).toBe(false)
    })

    test('twice is as good as once', async () => {
      const { someone, idToken } = await signedIn()
      const query = { id_token_hint: idToken, post_logout_redirect_uri: bye() }
      await logout(someone, query)
      expect((await logout(someone, query)).url.href).toBe(bye())
    })
  })

  describe('what never redirects, and ends nothing', () => {
    const resigned = (idToken: string) => {
      const [header = '', payload = ''] = idToken.split('.')
      return `${header}.${payload}.${'A'.repeat(342)}`
    }
    const changed = (idToken: string, header: object) =>
      `${part({ typ: 'JWT', ...header })}.${idToken.split('.')[1]}`
    const symmetric = (idToken: string) => {
      const input = changed(idToken, { alg: 'HS256' })
      return `${input}.${createHmac('sha256', 'web-secret').update(input).digest('base64url')}`
    }

    test.for([
      { when: 'the signature is wrong', change: (t: string) => ({ id_token_hint: resigned(t) }) },
      {
        when: 'alg is none',
        change: (t: string) => ({ id_token_hint: `${changed(t, { alg: 'none' })}.` }),
      },
      { when: 'alg is HS256', change: (t: string) => ({ id_token_hint: symmetric(t) }) },
      { when: 'it is no token', change: () => ({ id_token_hint: 'x' }) },
      {
        when: 'the address is not registered',
        change: () => ({ post_logout_redirect_uri: 'https://evil.example/' }),
      },
      {
        when: 'the address has a query more',
        change: () => ({ post_logout_redirect_uri: `${bye()}?foo=bar` }),
      },
      {
        when: 'the address is longer',
        change: () => ({ post_logout_redirect_uri: `${bye()}/more` }),
      },
      {
        when: 'the address is where codes go',
        change: () => ({ post_logout_redirect_uri: `${door().home}/callback` }),
      },
      { when: 'the client is another', change: () => ({ client_id: 'own' }) },
    ])('L2 refused when $when', async ({ change }) => {
      const { someone, idToken } = await signedIn()
      const query = { id_token_hint: idToken, post_logout_redirect_uri: bye(), state: 'c4n4ry' }
      const reply = await someone.fetch(logoutUrl({ ...query, ...change(idToken) }))
      expect([reply.status, reply.headers.get('location')]).toEqual([400, null])
      expect(reply.headers.get('content-type')).toContain('text/html')
      expect(reply.headers.getSetCookie()).toEqual([])
      expect(await reply.text()).not.toContain('c4n4ry')
      expect(await isSignedIn(someone)).toBe(true)
    })

    test('refused when an access token, or the token of another tenant, is the hint', async () => {
      const { someone, idToken } = await signedIn()
      const { body } = await tokensFor(door(), await someone.ask({ client_id: 'always' }), 'always')
      const reply = await someone.fetch(logoutUrl({ id_token_hint: body.access_token }))
      expect(reply.status).toBe(400)
      const query = { id_token_hint: idToken, post_logout_redirect_uri: bye() }
      const elsewhere = await someone.fetch(logoutUrl(query, 'other'))
      expect([elsewhere.status, elsewhere.headers.get('location')]).toEqual([400, null])
      expect(await isSignedIn(someone)).toBe(true)
    })

    test.for<Form>([
      {},
      { state: 's' },
      { client_id: 'web' },
      { client_id: 'web', post_logout_redirect_uri: 'BYE', state: 's' },
      { post_logout_redirect_uri: 'BYE' },
      { client_id: 'nobody', post_logout_redirect_uri: 'https://evil.example/' },
    ])('L2 L3 asks when there is no hint: %j', async (asked) => {
      const { someone } = await signedIn()
      const uri = asked.post_logout_redirect_uri?.replace('BYE', bye())
      const query = { ...asked, ...(uri === undefined ? {} : { post_logout_redirect_uri: uri }) }
      const page = await logout(someone, query)
      expect([page.status, page.html.includes('Sign out?')]).toEqual([200, true])
      expect(await isSignedIn(someone)).toBe(true)
      expect((await someone.press(page, 'stay')).html).toContain('still signed in')
      expect(await isSignedIn(someone)).toBe(true)
      for (const action of ['', 'LOGOUT', 'allow'])
        expect((await someone.press(page, action)).html).toContain('Sign out?')
      const forged = await someone.agent.submit(page, { action: 'logout', csrf: 'x' })
      expect(forged.status).toBe(400)
      expect(await isSignedIn(someone)).toBe(true)
      const gone = await someone.agent.submit(page, { action: 'logout' }, bye())
      expect([gone.url.pathname, gone.html.includes('You are signed out')]).toEqual([
        '/acme/logout',
        true,
      ])
      expect(await isSignedIn(someone)).toBe(false)
    })

    test('asks when the hint is about somebody else, and then comes back', async () => {
      const [alice, bob] = [await signedIn(), await signedIn('bob')]
      const query = { id_token_hint: bob.idToken, post_logout_redirect_uri: bye(), state: 's' }
      const page = await logout(alice.someone, query)
      expect(page.html).toContain('Sign out?')
      expect(await isSignedIn(alice.someone)).toBe(true)
      const gone = await alice.someone.agent.submit(page, { action: 'logout' }, bye())
      expect(gone.url.href).toBe(`${bye()}?state=s`)
      expect(await isSignedIn(alice.someone)).toBe(false)
      expect(await isSignedIn(bob.someone)).toBe(true)
    })
  })

  describe('a POST', () => {
    test('from another site is kept, out of every address, and goes on as a GET', async () => {
      const { someone, idToken } = await signedIn()
      const form = { id_token_hint: idToken, post_logout_redirect_uri: bye(), state: 's' }
      const reply = await fetch(`${door().issuer}/logout`, {
        method: 'POST',
        body: new URLSearchParams(form),
        headers: { origin: 'https://app.example', 'sec-fetch-site': 'cross-site' },
        redirect: 'manual',
      })
      expect([reply.status, reply.headers.getSetCookie()]).toEqual([303, []])
      const location = reply.headers.get('location') ?? ''
      expect(location).toMatch(/^\/acme\/logout\?interaction=[\w-]{43}$/)
      expect(await isSignedIn(someone)).toBe(true)
      const page = await someone.agent.open(new URL(location, door().origin).href, bye())
      expect(page.url.href).toBe(`${bye()}?state=s`)
      expect(await isSignedIn(someone)).toBe(false)
    })

    test('without a hint asks, with the address still clean, and signs out', async () => {
      const { someone } = await signedIn()
      const reply = await fetch(`${door().issuer}/logout`, {
        method: 'POST',
        body: new URLSearchParams({ client_id: 'web', state: 'secret-state' }),
        redirect: 'manual',
      })
      const address = new URL(reply.headers.get('location') ?? '', door().origin).href
      const page = await someone.agent.open(address)
      expect(page.html).toContain('Sign out?')
      expect(page.html).not.toContain('secret-state')
      expect((await someone.agent.submit(page, { action: 'logout' })).html).toContain('signed out')
      expect(await isSignedIn(someone)).toBe(false)
    })

    test.for<Form>([
      { id_token_hint: 'x' },
      { id_token_hint: 'x', post_logout_redirect_uri: 'https://evil.example/' },
    ])('that would be refused is refused at once: %j', async (form) => {
      const reply = await fetch(`${door().issuer}/logout`, {
        method: 'POST',
        body: new URLSearchParams(form),
        redirect: 'manual',
      })
      expect([reply.status, reply.headers.get('location')]).toEqual([400, null])
    })
  })

  describe('what was issued', () => {
    const refresh = (token: string, clientId: string) =>
      fetch(`${door().issuer}/token`, {
        method: 'POST',
        headers: basic(clientId),
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token }),
      })

    test.for([
      { client_id: 'always', scope: 'openid', survives: false },
      { client_id: 'always', scope: 'openid offline_access', survives: true },
      { client_id: 'own', scope: 'openid offline_access', survives: true },
    ])(
      'to $client_id for $scope survives a sign-out: $survives',
      async ({ survives, ...asked }) => {
        const { someone, idToken } = await signedIn()
        const { body } = await tokensFor(door(), await someone.ask(asked), asked.client_id)
        const pending = await someone.ask(asked)
        expect(decodeJwt(body.id_token).sub).toBe(decodeJwt(idToken).sub)
        await logout(someone, { id_token_hint: idToken })
        const userinfo = await fetch(`${door().issuer}/userinfo`, {
          headers: { authorization: `Bearer ${body.access_token}` },
        })
        expect(userinfo.status).toBe(survives ? 200 : 401)
        expect((await refresh(body.refresh_token, asked.client_id)).ok).toBe(survives)
        expect((await tokensFor(door(), pending, asked.client_id)).status).toBe(
          survives ? 200 : 400,
        )
      },
    )

    test('to another browser of the same person stays', async () => {
      const [here, there] = [await signedIn(), await signedIn()]
      await logout(here.someone, { id_token_hint: here.idToken })
      expect(await isSignedIn(there.someone)).toBe(true)
    })

    test('a sign-in under way when its session ends starts anew', async () => {
      const { someone, idToken } = await signedIn()
      const page = await someone.agent.open(authorizeUrl(door(), WEB), door().home)
      expect(page.url.pathname).toBe('/acme/consent')
      await logout(someone, { id_token_hint: idToken })
      expect((await someone.press(page, 'allow')).url.pathname).toBe('/acme/login')
    })
  })
})
