import { describe, expect, test } from 'vitest'
import { eachDoor } from '../support/each-door.ts'
import type { Form } from '../support/provider.ts'
import { answerAt, authorizeUrl, tokensFor, type Visitor, visitor } from '../support/visitor.ts'

eachDoor(({ door, clock }) => {
  const asksToSignIn = (page: { readonly url: URL }) => page.url.pathname === '/acme/login'
  const claimsOf = async (page: Parameters<typeof answerAt>[0]) =>
    (await tokensFor(door(), page)).claims
  const idTokenOf = async (someone: Visitor, change: Form = {}) => {
    const { client_id: clientId = 'own' } = change
    return (await tokensFor(door(), await someone.ask(change), clientId)).body.id_token
  }

  describe('OpenID Connect Core §3.1.2.1 what is refused', () => {
    test.for([
      { error: 'invalid_request_object', change: { request: 'e30.e30.' } },
      { error: 'request_uri_not_supported', change: { request_uri: 'https://x.example/r' } },
      { error: 'registration_not_supported', change: { registration: '{}' } },
      { error: 'invalid_request', change: { prompt: 'none login' } },
      { error: 'invalid_request', change: { prompt: 'consent none' } },
      { error: 'invalid_request', change: { prompt: 'create' } },
      { error: 'invalid_request', change: { prompt: 'Login' } },
      { error: 'invalid_request', change: { max_age: '-1' } },
      { error: 'invalid_request', change: { max_age: '1.5' } },
      { error: 'invalid_request', change: { max_age: 'soon' } },
      { error: 'invalid_request', change: { max_age: '1'.repeat(30) } },
      { error: 'invalid_request', change: { nonce: 'n'.repeat(2_049) } },
    ])('$error for $change', async ({ error, change }) => {
      const page = await visitor(door()).ask(change)
      expect(answerAt(page)).toMatchObject({ error, state: 's-1', iss: door().issuer })
    })
  })

  describe('what is tolerated', () => {
    test.for([
      { display: 'page' },
      { display: 'popup' },
      { ui_locales: 'se' },
      { claims_locales: 'se en' },
      { acr_values: '1 2 3' },
      { claims: '{"userinfo":{"name":{"essential":true}}}' },
      { login_hint: 'buffy@issuer.example' },
      { extra: 'foobar' },
      { response_mode: 'query' },
      { nonce: 'n'.repeat(384) },
    ])('%j', async (change) => {
      const page = await visitor(door()).signIn(change)
      const { claims } = await tokensFor(door(), page)
      expect(claims).toMatchObject({ acr: '1', nonce: 'nonce' in change ? change.nonce : 'n-1' })
    })
  })

  describe('OpenID Connect Core §3.1.2.3 prompt', () => {
    test('none, and nobody is there: login_required without a page', async () => {
      const page = await visitor(door()).ask({ prompt: 'none', state: 's'.repeat(128) })
      expect(answerAt(page)).toMatchObject({
        error: 'login_required',
        state: 's'.repeat(128),
        iss: door().issuer,
      })
    })

    test('none, and nothing was granted: consent_required', async () => {
      const alice = visitor(door())
      await alice.signIn()
      const change = { client_id: 'web', scope: 'openid address', prompt: 'none' }
      expect(answerAt(await alice.ask(change))).toMatchObject({ error: 'consent_required' })
    })

    test('none, and somebody is: the same person at the same time', async () => {
      const alice = visitor(door())
      const first = await claimsOf(await alice.signIn())
      clock.forward(5)
      const second = await claimsOf(await alice.ask({ prompt: 'none' }))
      expect(second).toMatchObject({ sub: first.sub, auth_time: first.auth_time, sid: first.sid })
    })

    test.for(['login', 'login consent'])(
      '%s asks again, once, and renews the time',
      async (prompt) => {
        const alice = visitor(door())
        const first = await claimsOf(await alice.signIn())
        clock.forward(10)
        const page = await alice.ask({ prompt })
        expect(asksToSignIn(page)).toBe(true)
        clock.forward(10)
        const entered = await alice.enter(page)
        const answer = prompt.includes('consent') ? await alice.press(entered, 'allow') : entered
        const second = await claimsOf(answer)
        expect(second).toMatchObject({ sub: first.sub, sid: first.sid })
        expect(Number(second.auth_time) - Number(first.auth_time)).toBe(20)
      },
    )

    test('login, and another person comes: the answer is about them', async () => {
      const browser = visitor(door())
      const alice = await claimsOf(await browser.signIn())
      const bob = await claimsOf(await browser.signIn({ prompt: 'login' }, 'bob'))
      expect(bob.sub).not.toBe(alice.sub)
      expect(bob.sid).not.toBe(alice.sid)
    })

    test('consent asks again of who granted before', async () => {
      const alice = visitor(door())
      const page = await alice.signIn({ client_id: 'web', prompt: 'consent' })
      expect(answerAt(await alice.press(page, 'allow'))).toHaveProperty('code')
      expect(answerAt(await alice.ask({ client_id: 'web' }))).toHaveProperty('code')
      const again = await alice.ask({ client_id: 'web', prompt: 'consent' })
      expect(again.url.pathname).toBe('/acme/consent')
      expect(answerAt(await alice.press(again, 'deny'))).toMatchObject({
        error: 'access_denied',
        state: 's-1',
        iss: door().issuer,
      })
    })
  })

  describe('OpenID Connect Core §3.1.2.1 max_age', () => {
    test.for([
      { maxAge: '0', after: 0, asks: true },
      { maxAge: '0', after: 1, asks: true },
      { maxAge: '1', after: 1, asks: false },
      { maxAge: '1', after: 2, asks: true },
      { maxAge: '10000', after: 2, asks: false },
    ])('$maxAge, $after s after: asks again $asks', async ({ maxAge, after, asks }) => {
      const alice = visitor(door())
      const first = await claimsOf(await alice.signIn())
      clock.forward(after)
      const page = await alice.ask({ max_age: maxAge })
      expect(asksToSignIn(page)).toBe(asks)
      const second = await claimsOf(asks ? await alice.enter(page) : page)
      expect(Number(second.auth_time) - Number(first.auth_time)).toBe(asks ? after : 0)
      expect(second.sub).toBe(first.sub)
    })

    test('0 with none is login_required', async () => {
      const alice = visitor(door())
      await alice.signIn()
      clock.forward(1)
      expect(answerAt(await alice.ask({ max_age: '0', prompt: 'none' }))).toMatchObject({
        error: 'login_required',
      })
    })
  })

  describe('OpenID Connect Core §3.1.2.1 hints', () => {
    test('login_hint is in the form, as text', async () => {
      const page = await visitor(door()).ask({ login_hint: 'a"><b>@x' })
      expect(page.html).toContain('value="a&quot;>&lt;b>@x"')
      expect(page.html).not.toContain('<b>')
    })

    test('id_token_hint of who is here is silent, expired too', async () => {
      const alice = visitor(door())
      await alice.signIn()
      const hint = await idTokenOf(alice)
      const silent = { id_token_hint: hint, prompt: 'none' }
      expect(answerAt(await alice.ask(silent))).toHaveProperty('code')
      clock.forward(1_200)
      expect(answerAt(await alice.ask(silent))).toHaveProperty('code')
    })

    test('id_token_hint of somebody else asks for them', async () => {
      const [alice, bob] = [visitor(door()), visitor(door())]
      await alice.signIn()
      await bob.signIn({}, 'bob')
      const id_token_hint = await idTokenOf(bob)
      expect(answerAt(await alice.ask({ id_token_hint, prompt: 'none' }))).toMatchObject({
        error: 'login_required',
      })
      const page = await alice.ask({ id_token_hint })
      expect(asksToSignIn(page)).toBe(true)
      // Whoever else signs in is not whom the application asked for.
      expect(asksToSignIn(await alice.enter(page))).toBe(true)
      expect(answerAt(await alice.enter(page, 'bob'))).toHaveProperty('code')
    })

    test('id_token_hint of another client, tenant, or of nobody is refused', async () => {
      const alice = visitor(door())
      await alice.signIn()
      const ofOther = await idTokenOf(alice, { client_id: 'always' })
      const own = await idTokenOf(alice)
      const unsigned = `${btoa('{"alg":"none","typ":"JWT"}')}.${own.split('.')[1]}.`
      const elsewhere = authorizeUrl(door(), { id_token_hint: own }).replace('/acme/', '/other/')
      for (const id_token_hint of [ofOther, unsigned, `${own}x`, own.slice(0, -9), 'x', '..'])
        expect(answerAt(await alice.ask({ id_token_hint }))).toMatchObject({
          error: 'invalid_request',
        })
      expect(answerAt(await alice.agent.open(elsewhere, door().home))).toMatchObject({
        error: 'invalid_request',
        iss: `${door().origin}/other`,
      })
    })
  })

  describe('OpenID Connect Core §11 offline_access', () => {
    test.for([
      { client_id: 'own', scope: 'openid', refresh: false },
      { client_id: 'own', scope: 'openid offline_access', refresh: true },
      { client_id: 'always', scope: 'openid', refresh: true },
    ])(
      '$client_id asking for $scope has a refresh token: $refresh',
      async ({ refresh, ...change }) => {
        const page = await visitor(door()).signIn(change)
        const { body } = await tokensFor(door(), page, change.client_id)
        expect('refresh_token' in body).toBe(refresh)
      },
    )
  })

  test('single sign-on: a second application needs no page', async () => {
    const alice = visitor(door())
    const first = await claimsOf(await alice.signIn())
    const page = await alice.ask({ client_id: 'always' })
    const { claims } = await tokensFor(door(), page, 'always')
    expect(claims).toMatchObject({ sub: first.sub, auth_time: first.auth_time, aud: 'always' })
    expect(claims.sid).not.toBe(first.sid)
  })
})
