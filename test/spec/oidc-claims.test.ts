import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { createAccount } from '../../src/accounts/index.ts'
import { STANDARD_SCOPES } from '../../src/model/resource.ts'
import { PASSWORD } from '../support/door.ts'
import { eachDoor } from '../support/each-door.ts'
import { FULL_CLAIMS } from '../support/full-person.ts'
import { basic, bearer, type Form } from '../support/provider.ts'
import { answerAt, tokensFor, visitor } from '../support/visitor.ts'

eachDoor(({ door }) => {
  beforeAll(async () => {
    const person = { username: 'carol', email: 'carol@acme.example', emailVerified: true }
    await createAccount({ ...person, password: PASSWORD, claims: FULL_CLAIMS }, door().accounts)
  })

  const asking = (claims: unknown, change: Form = {}): Form => ({
    scope: 'openid',
    claims: typeof claims === 'string' ? claims : JSON.stringify(claims),
    ...change,
  })
  const userinfo = async (token: string) =>
    (await fetch(`${door().issuer}/userinfo`, { headers: bearer(token) })).json()
  const refreshed = async (token: string, change: Form = {}) => {
    const form = { grant_type: 'refresh_token', refresh_token: token, ...change }
    const body = new URLSearchParams(form)
    const init = { method: 'POST', headers: basic('own'), body }
    return (await fetch(`${door().issuer}/token`, init)).json()
  }
  /** What carol's tokens say, for an application that need not ask her. */
  const toldOfCarol = async (change: Form) => {
    const page = await visitor(door()).signIn(change, 'carol')
    const { body, claims } = await tokensFor(door(), page)
    return { body, idToken: claims, userinfo: await userinfo(body.access_token) }
  }
  const IN_EVERY_ID_TOKEN = 'acr amr at_hash aud auth_time azp exp iat iss nonce sid sub'.split(' ')

  describe('OpenID Connect Core §5.4 claims by scope (B8, G8)', () => {
    test.for([
      { scope: 'openid', names: [] },
      { scope: 'openid profile', names: STANDARD_SCOPES.profile },
      { scope: 'openid email', names: STANDARD_SCOPES.email },
      { scope: 'openid address', names: STANDARD_SCOPES.address },
      { scope: 'openid phone', names: STANDARD_SCOPES.phone },
      {
        scope: 'openid profile email address phone',
        names: ['profile', 'email', 'address', 'phone'].flatMap((name) => STANDARD_SCOPES[name]),
      },
    ])('$scope: all of them at userinfo, none in the ID token', async ({ scope, names }) => {
      const told = await toldOfCarol({ scope })
      expect(Object.keys(told.userinfo).sort()).toEqual(['sub', ...(names ?? [])].sort())
      expect(Object.keys(told.idToken).sort()).toEqual(IN_EVERY_ID_TOKEN)
    })

    test('each has the type of §5.1', async () => {
      const told = await toldOfCarol({ scope: 'openid profile email address phone' })
      const { updated_at, sub, ...claims } = told.userinfo
      expect(claims).toEqual({
        ...FULL_CLAIMS,
        preferred_username: 'carol',
        email: 'carol@acme.example',
        email_verified: true,
      })
      expect(sub).toBe(told.idToken.sub)
      expect(Number.isInteger(updated_at)).toBe(true)
      expect(updated_at).toBeLessThan(100_000_000_000)
    })
  })

  describe('OpenID Connect Core §5.5 the claims parameter', () => {
    test('B21: name, essential at userinfo, is there and only there', async () => {
      const told = await toldOfCarol(asking({ userinfo: { name: { essential: true } } }))
      expect(told.userinfo).toEqual({ sub: told.idToken.sub, name: 'Carol Cook' })
      expect(Object.keys(told.idToken).sort()).toEqual(IN_EVERY_ID_TOKEN)
    })

    test('each part is released where it was asked for', async () => {
      const told = await toldOfCarol(
        asking({ userinfo: { email: null }, id_token: { nickname: null, address: {} } }),
      )
      expect(told.userinfo).toEqual({ sub: told.idToken.sub, email: 'carol@acme.example' })
      expect(told.idToken).toMatchObject({ nickname: 'caz', address: FULL_CLAIMS.address })
      expect(told.idToken).not.toHaveProperty('email')
    })

    test('it adds to what the scopes release', async () => {
      const claims = { userinfo: { name: null } }
      const told = await toldOfCarol(asking(claims, { scope: 'openid email' }))
      expect(Object.keys(told.userinfo).sort()).toEqual(['email', 'email_verified', 'name', 'sub'])
    })

    test('a refresh keeps it, narrowed too', async () => {
      const claims = { userinfo: { name: null }, id_token: { locale: null } }
      const { body } = await toldOfCarol(
        asking(claims, { scope: 'openid email offline_access', client_id: 'own' }),
      )
      const second = await refreshed(body.refresh_token, { scope: 'openid' })
      expect(decodeJwt(second.id_token)).toMatchObject({ locale: 'de-CH' })
      expect(Object.keys(await userinfo(second.access_token)).sort()).toEqual(['name', 'sub'])
    })

    test.for([
      { what: 'nothing', claims: {} },
      { what: 'members of other specifications', claims: { verified: { userinfo: 1 }, x: [] } },
      { what: 'members of a wish', claims: { userinfo: { name: { max_age: 1, value: 'X' } } } },
      { what: 'claims that nobody has', claims: { id_token: { favourite_tree: null } } },
      { what: 'names of an object itself', claims: '{"userinfo":{"__proto__":null}}' },
    ])('tolerated: $what', async ({ claims }) => {
      const told = await toldOfCarol(asking(claims))
      expect(Object.keys(told.idToken).sort()).toEqual(IN_EVERY_ID_TOKEN)
    })

    test('what the server says of itself cannot be asked away', async () => {
      const names = ['iss', 'aud', 'sub', 'exp', 'nonce', 'sid', 'azp', 'auth_time']
      const wish = Object.fromEntries(names.map((name) => [name, { essential: true }]))
      const told = await toldOfCarol(asking({ id_token: wish, userinfo: wish }))
      expect(Object.keys(told.idToken).sort()).toEqual(IN_EVERY_ID_TOKEN)
      expect(told.idToken).toMatchObject({ iss: door().issuer, aud: 'own', nonce: 'n-1' })
      expect(Object.keys(told.userinfo)).toEqual(['sub'])
    })

    test.for([
      'x',
      '[]',
      'null',
      '"name"',
      '{"userinfo":[]}',
      '{"userinfo":null}',
      '{"id_token":"name"}',
      '{"userinfo":{"name":true}}',
      '{"userinfo":{"name":[]}}',
      '{"userinfo":{"name":{"essential":"yes"}}}',
      '{"userinfo":{"name":{"values":"x"}}}',
      '{"id_token":{"sub":{"values":["a","b"]}}}',
      '{"id_token":{"sub":{"value":1}}}',
      JSON.stringify({ userinfo: { ['n'.repeat(4_096)]: null } }),
    ])('invalid_request: %s', async (claims) => {
      expect(answerAt(await visitor(door()).ask({ claims }))).toMatchObject({
        error: 'invalid_request',
        state: 's-1',
        iss: door().issuer,
      })
    })
  })

  describe('OpenID Connect Core §5.5.1 values', () => {
    const withValue = (member: object) => ({ id_token: { acr: member } })

    test.for([
      { acr: { essential: true, values: ['1', '9'] }, error: undefined },
      { acr: { essential: true, value: '1' }, error: undefined },
      { acr: { essential: true }, error: undefined },
      { acr: { values: ['9'] }, error: undefined },
      { acr: null, error: undefined },
      { acr: { essential: true, values: ['8', '9'] }, error: 'unmet_authentication_requirements' },
      { acr: { essential: true, value: '9' }, error: 'unmet_authentication_requirements' },
    ])('§5.5.1.1 acr $acr: $error', async ({ acr, error }) => {
      const claims = { id_token: { acr, auth_time: { essential: true } } }
      const page = await visitor(door()).ask(asking(claims, { prompt: 'none' }))
      expect(answerAt(page).error).toBe(error ?? 'login_required')
    })

    test('acr of a value that is met is in the ID token, with auth_time', async () => {
      const told = await toldOfCarol(asking(withValue({ essential: true, values: ['1'] })))
      expect(told.idToken).toMatchObject({ acr: '1', auth_time: expect.any(Number) })
    })

    test('sub with a value is about that person and nobody else', async () => {
      const browser = visitor(door())
      const { claims: carol } = await tokensFor(door(), await browser.signIn({}, 'carol'))
      const ofCarol = asking({ id_token: { sub: { value: carol.sub } } }, { prompt: 'none' })
      expect(answerAt(await browser.ask(ofCarol))).toHaveProperty('code')

      const other = visitor(door())
      await other.signIn()
      expect(answerAt(await other.ask(ofCarol))).toMatchObject({ error: 'login_required' })
      const page = await other.ask({ ...ofCarol, prompt: '' })
      expect(page.url.pathname).toBe('/acme/login')
      const { claims } = await tokensFor(door(), await other.enter(page, 'carol'))
      expect(claims.sub).toBe(carol.sub)
    })

    test('sub and id_token_hint must be about the same person', async () => {
      const browser = visitor(door())
      const { body } = await tokensFor(door(), await browser.signIn({}, 'carol'))
      const change = asking(
        { userinfo: { sub: { value: 'somebody' } } },
        { id_token_hint: body.id_token },
      )
      expect(answerAt(await browser.ask(change))).toMatchObject({ error: 'invalid_request' })
    })
  })

  describe('what an application may have', () => {
    test('nothing that none of its scopes covers', async () => {
      const claims = { userinfo: { name: { essential: true } }, id_token: { email: null } }
      const carol = visitor(door())
      const asked = await carol.signIn(asking(claims, { client_id: 'small' }), 'carol')
      expect(asked.html).not.toContain('Your name')
      const { body, claims: idToken } = await tokensFor(
        door(),
        await carol.press(asked, 'allow'),
        'small',
      )
      expect(Object.keys(await userinfo(body.access_token))).toEqual(['sub'])
      expect(idToken).not.toHaveProperty('email')
    })

    test('what is asked for by name is named on the consent page, once', async () => {
      const carol = visitor(door())
      const asked = { client_id: 'web', scope: 'openid email' }
      const claims = { userinfo: { name: null, email: null }, id_token: { birthdate: null } }
      const page = await carol.signIn(asking(claims, asked), 'carol')
      expect(page.url.pathname).toBe('/acme/consent')
      expect(page.html).toContain('Your name')
      expect(page.html).toContain('Your date of birth')
      expect(page.html).not.toContain('Your e-mail address')
      expect(answerAt(await carol.press(page, 'allow'))).toHaveProperty('code')
      // Remembered, for this application and these claims.
      expect(answerAt(await carol.ask(asking(claims, asked)))).toHaveProperty('code')
      const more = { userinfo: { gender: null } }
      expect((await carol.ask(asking(more, asked))).url.pathname).toBe('/acme/consent')
      const silent = { ...asking(more, asked), prompt: 'none' }
      expect(answerAt(await carol.ask(silent))).toMatchObject({ error: 'consent_required' })
    })

    test('whoever allowed the scope has allowed its claims', async () => {
      const carol = visitor(door())
      const page = await carol.signIn({ client_id: 'web', scope: 'openid phone' }, 'carol')
      if (page.url.pathname === '/acme/consent') await carol.press(page, 'allow')
      const claims = { userinfo: { phone_number: null } }
      const again = await carol.ask(asking(claims, { client_id: 'web' }))
      expect(answerAt(again)).toHaveProperty('code')
    })

    test('nothing without openid', async () => {
      const claims = { userinfo: { name: null } }
      const page = await visitor(door()).signIn(asking(claims, { scope: 'orders:read' }), 'carol')
      const { body } = await tokensFor(door(), page)
      expect((await userinfo(body.access_token)).error).toBe('insufficient_scope')
    })
  })
})
