import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { createAccount } from '../../src/accounts/index.ts'
import { PASSWORD } from '../support/door.ts'
import { eachDoor } from '../support/each-door.ts'
import { FULL_CLAIMS } from '../support/full-person.ts'
import { basic, bearer, type Form } from '../support/provider.ts'
import { formOf, type Page } from '../support/user-agent.ts'
import { requestTo, type Visitor, visitor } from '../support/visitor.ts'

/**
 * The modules of the OpenID Foundation's Basic OP and Form Post OP plans, by the numbers of our own list,
 * once with each response mode.
 */
const NO_PKCE: Form = { client_id: 'old', code_challenge: '', code_challenge_method: '' }

eachDoor(({ door, clock }) => {
  describe.each([{ response_mode: 'query' }, { response_mode: 'form_post' }])('%o', (mode) => {
    const isPosted = mode.response_mode === 'form_post'
    beforeAll(() =>
      createAccount(
        {
          username: `carol-${mode.response_mode}`,
          email: `carol-${mode.response_mode}@acme.example`,
          password: PASSWORD,
          emailVerified: true,
          claims: FULL_CLAIMS,
        },
        door().accounts,
      ),
    )

    /** Asks without PKCE, as the plans do. */
    const ask = (someone: Visitor, change: Form = {}): Promise<Page> =>
      someone.ask({ ...NO_PKCE, ...mode, ...change })
    const signIn = async (someone: Visitor, change: Form = {}, username = 'alice') =>
      someone.enter(await ask(someone, change), username)
    /** What came back, from where it has to be. */
    function answerOf(page: Page): Form {
      if (!isPosted) return Object.fromEntries(page.url.searchParams)
      expect(page.url.searchParams.has('code') || page.url.searchParams.has('error')).toBe(false)
      return formOf(page).hidden
    }
    const isAskedToSignIn = (page: Page) => page.url.pathname === '/acme/login'

    async function tokenRequest(form: Form, clientId = 'old', headers: Form = basic(clientId)) {
      const body = new URLSearchParams(form)
      const reply = await fetch(`${door().issuer}/token`, { method: 'POST', headers, body })
      return { status: reply.status, body: await reply.json() }
    }
    const redemption = (page: Page, change: Form = {}): Form => ({
      grant_type: 'authorization_code',
      code: answerOf(page).code ?? '',
      redirect_uri: `${door().home}/callback`,
      ...change,
    })
    const redeem = async (page: Page) => {
      const { status, body } = await tokenRequest(redemption(page))
      expect([status, body.error_description]).toEqual([200, undefined])
      return { body, claims: decodeJwt(body.id_token) }
    }
    const userinfo = (token: string, init: RequestInit = {}) =>
      fetch(`${door().issuer}/userinfo`, { headers: bearer(token), ...init })

    test('B1 code with client_secret_basic and without PKCE, parameters and scopes in any order', async () => {
      const query = new URLSearchParams(
        [...requestTo(door(), { ...NO_PKCE, ...mode, scope: 'email openid' })].reverse(),
      )
      const alice = visitor(door())
      const page = await alice.agent.open(
        `${door().issuer}/authorize?${query}`,
        `${door().home}/callback`,
      )
      const { body } = await redeem(await alice.enter(page))
      expect(body.scope.split(' ').sort()).toEqual(['email', 'openid'])
    })

    test('B2 S256 is taken and verified', async () => {
      const alice = visitor(door())
      const page = await alice.enter(await alice.ask({ ...mode, client_id: 'old' }))
      const wrong = await tokenRequest(redemption(page, { code_verifier: 'w'.repeat(43) }))
      expect([wrong.status, wrong.body.error]).toEqual([400, 'invalid_grant'])
    })

    test('B3 without a nonce there is none in the ID token', async () => {
      expect(
        (await redeem(await signIn(visitor(door()), { nonce: '' }))).claims,
      ).not.toHaveProperty('nonce')
    })

    test('B4 without response_type an error comes back with the state', async () => {
      const answer = answerOf(await ask(visitor(door()), { response_type: '' }))
      expect(['unsupported_response_type', 'invalid_request']).toContain(answer.error)
      expect(answer.state).toBe('s-1')
    })

    test('B5 the ID token is signed with RS256 unless said otherwise', async () => {
      const { body } = await redeem(await signIn(visitor(door())))
      const keys = createRemoteJWKSet(new URL(`${door().issuer}/jwks.json`))
      const currentDate = new Date((decodeJwt(body.id_token).iat ?? 0) * 1000)
      const { protectedHeader } = await jwtVerify(body.id_token, keys, { currentDate })
      expect(protectedHeader.alg).toBe('RS256')
    })

    test('B6 none is not advertised', async () => {
      const metadata = await (
        await fetch(`${door().issuer}/.well-known/openid-configuration`)
      ).text()
      expect(metadata).not.toMatch(/_alg_values_supported":\[[^\]]*"none"/)
    })

    test('B7 userinfo by GET, by POST with the header, and by POST with the form', async () => {
      const { body, claims } = await redeem(await signIn(visitor(door())))
      const form = new URLSearchParams({ access_token: body.access_token })
      const replies = [
        await userinfo(body.access_token),
        await userinfo(body.access_token, { method: 'POST' }),
        await userinfo('', { method: 'POST', headers: {}, body: form }),
      ]
      for (const reply of replies) {
        expect(reply.status).toBe(200)
        expect(await reply.json()).toMatchObject({ sub: claims.sub })
      }
    })

    test.for([
      {
        scope: 'profile',
        claims:
          'name family_name given_name middle_name nickname preferred_username profile picture website gender birthdate zoneinfo locale updated_at',
      },
      { scope: 'email', claims: 'email email_verified' },
      { scope: 'address', claims: 'address' },
      { scope: 'phone', claims: 'phone_number phone_number_verified' },
    ])(
      'B8 scope $scope: its claims come from userinfo, not in the ID token',
      async ({ scope, claims }) => {
        const names = claims.split(' ')
        const page = await signIn(
          visitor(door()),
          { client_id: 'old', scope: `openid ${scope}` },
          `carol-${mode.response_mode}`,
        )
        const { body, claims: idToken } = await redeem(page)
        const info = await (await userinfo(body.access_token)).json()
        expect(Object.keys(info).sort()).toEqual([...names, 'sub'].sort())
        for (const name of names) expect(idToken).not.toHaveProperty(name)
      },
    )

    test.for([
      { display: 'page' },
      { display: 'popup' },
      { ui_locales: 'se' },
      { claims_locales: 'se' },
      { login_hint: 'buffy@issuer.example' },
      { acr_values: '1 2' },
      { extra: 'foobar' },
    ])('B9 %j is never an error', async (change) => {
      const { claims } = await redeem(await signIn(visitor(door()), change as unknown as Form))
      expect(claims.acr).toBe('1')
    })

    test('B10 prompt=login: a new sign-in, and a later auth_time', async () => {
      const alice = visitor(door())
      const first = await redeem(await signIn(alice))
      clock.forward(2)
      const asked = await ask(alice, { prompt: 'login' })
      expect(isAskedToSignIn(asked)).toBe(true)
      const second = await redeem(await alice.enter(asked))
      expect(Number(second.claims.auth_time)).toBeGreaterThan(Number(first.claims.auth_time))
    })

    test('B11 max_age=1: a new sign-in after two seconds', async () => {
      const alice = visitor(door())
      const first = await redeem(await signIn(alice))
      clock.forward(2)
      const asked = await ask(alice, { max_age: '1' })
      expect(isAskedToSignIn(asked)).toBe(true)
      const second = await redeem(await alice.enter(asked))
      expect(Number(second.claims.auth_time)).toBe(Number(first.claims.auth_time) + 2)
    })

    test('B12 max_age=10000: silent, with the same auth_time and sub', async () => {
      const alice = visitor(door())
      const first = await redeem(await signIn(alice))
      clock.forward(3)
      const second = await redeem(await ask(alice, { max_age: '10000' }))
      expect(second.claims).toMatchObject({
        auth_time: first.claims.auth_time,
        sub: first.claims.sub,
      })
    })

    test('B13 prompt=none and id_token_hint: silent, with the same auth_time and sub', async () => {
      const alice = visitor(door())
      const { body, claims } = await redeem(await signIn(alice))
      for (const change of [{}, { id_token_hint: String(body.id_token) }] as Form[]) {
        const again = await redeem(await ask(alice, { prompt: 'none', ...change }))
        expect(again.claims).toMatchObject({ auth_time: claims.auth_time, sub: claims.sub })
      }
    })

    test('B14 prompt=none with nobody there: an error, and 128 characters of state', async () => {
      const state = 'x'.repeat(128)
      const answer = answerOf(await ask(visitor(door()), { prompt: 'none', state }))
      expect(answer).toMatchObject({ error: 'login_required', state })
    })

    test.for([{ later: 0 }, { later: 30 }])(
      'B15 B16 a code used again $later s later ends what it bought',
      async ({ later }) => {
        const page = await signIn(visitor(door()))
        const { body } = await redeem(page)
        clock.forward(later)
        const again = await tokenRequest(redemption(page))
        expect([again.status, again.body.error]).toEqual([400, 'invalid_grant'])
        expect((await userinfo(body.access_token)).status).toBe(401)
      },
    )

    test('B17 an address with more than the registered one is a page', async () => {
      const page = await ask(visitor(door()), { redirect_uri: `${door().home}/callback/more` })
      expect([page.status, page.url.pathname]).toEqual([400, '/acme/authorize'])
      expect(page.html).toContain('This request cannot continue')
    })

    test('B18 a request by POST works like one by GET', async () => {
      const reply = await fetch(`${door().issuer}/authorize`, {
        method: 'POST',
        body: requestTo(door(), { ...NO_PKCE, ...mode }),
        redirect: 'manual',
        headers: { origin: 'https://rp.example', 'sec-fetch-site': 'cross-site' },
      })
      const alice = visitor(door())
      const address = new URL(reply.headers.get('location') ?? '', door().issuer)
      const page = await alice.agent.open(address.href, `${door().home}/callback`)
      expect((await redeem(await alice.enter(page))).claims.nonce).toBe('n-1')
    })

    test('B19 client_secret_post', async () => {
      const form = redemption(await signIn(visitor(door()), { client_id: 'poster' }))
      const { status } = await tokenRequest(
        { ...form, client_id: 'poster', client_secret: 'web-secret' },
        'old',
        {},
      )
      expect(status).toBe(200)
      const reply = await fetch(`${door().issuer}/.well-known/openid-configuration`)
      const { token_endpoint_auth_methods_supported: methods } = await reply.json()
      expect(methods).toEqual(expect.arrayContaining(['client_secret_basic', 'client_secret_post']))
    })

    test('B20 an unsigned request object is refused, and none is not offered', async () => {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
      const request = `${part({ alg: 'none' })}.${part({ client_id: 'old', response_type: 'code' })}.`
      const page = await ask(visitor(door()), { request })
      const said =
        page.url.pathname === '/acme/authorize' && page.status === 400
          ? 'a page'
          : answerOf(page).error
      expect(['a page', 'invalid_request_object', 'request_not_supported']).toContain(said)
    })

    test('B21 an essential claim comes from userinfo, and only there', async () => {
      const claims = JSON.stringify({ userinfo: { name: { essential: true } } })
      const page = await signIn(
        visitor(door()),
        { scope: 'openid', claims },
        `carol-${mode.response_mode}`,
      )
      const { body, claims: idToken } = await redeem(page)
      const info = await (await userinfo(body.access_token)).json()
      expect([info.name, idToken.name]).toEqual([FULL_CLAIMS.name, undefined])
    })

    test('B22 refresh with and without scope; not by another client; consent is asked for', async () => {
      const alice = visitor(door())
      const asked = await signIn(alice, { scope: 'openid offline_access', prompt: 'consent' })
      const page = await alice.press(asked, 'allow')
      const { body, claims } = await redeem(page)
      const refresh = (token: string, change: Form = {}, clientId = 'old') =>
        tokenRequest({ grant_type: 'refresh_token', refresh_token: token, ...change }, clientId)
      const stranger = await refresh(body.refresh_token, {}, 'own')
      expect([stranger.status, stranger.body.error]).toEqual([400, 'invalid_grant'])
      clock.forward(1)
      const second = await refresh(body.refresh_token)
      const third = await refresh(second.body.refresh_token, { scope: 'openid' })
      expect([second.status, third.status]).toEqual([200, 200])
      const renewed = decodeJwt(second.body.id_token)
      const { iss, sub, aud, azp, auth_time } = claims
      expect(renewed).toMatchObject({ iss, sub, aud, azp, auth_time })
      expect(renewed.iat).toBeGreaterThan(claims.iat ?? 0)
    })
  })
})
