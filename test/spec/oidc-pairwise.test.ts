import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { createAccount } from '../../src/accounts/index.ts'
import { PASSWORD } from '../support/door.ts'
import { eachDoor } from '../support/each-door.ts'
import { basic, bearer, type Form } from '../support/provider.ts'
import { answerAt, tokensFor, type Visitor, visitor } from '../support/visitor.ts'

eachDoor(({ door }) => {
  const told = async (someone: Visitor, clientId: string, change: Form = {}) => {
    const page = await someone.ask({ client_id: clientId, ...change })
    return tokensFor(door(), page, clientId)
  }
  const signedIn = async (username = 'alice') => {
    const someone = visitor(door())
    await someone.signIn({}, username)
    return someone
  }
  const subOf = async (someone: Visitor, clientId: string, change: Form = {}) =>
    String((await told(someone, clientId, change)).claims.sub)
  const post = async (path: string, clientId: string, form: Form) => {
    const init = { method: 'POST', headers: basic(clientId), body: new URLSearchParams(form) }
    return (await fetch(`${door().issuer}${path}`, init)).json()
  }

  describe('OpenID Connect Core §8 subject identifiers', () => {
    test('a sector shares what it calls a person, and keeps it', async () => {
      const alice = await signedIn()
      const sub = await subOf(alice, 'pair')
      expect(sub).toMatch(/^[A-Za-z0-9_-]{20,255}$/)
      expect(await subOf(alice, 'twin')).toBe(sub)
      expect(await subOf(await signedIn(), 'pair')).toBe(sub)
    })

    test('another sector, another person and public applications have others', async () => {
      const [alice, bob] = [await signedIn(), await signedIn('bob')]
      const subs = [
        await subOf(alice, 'own'),
        await subOf(alice, 'pair'),
        await subOf(alice, 'alien'),
        await subOf(bob, 'pair'),
        await subOf(bob, 'own'),
      ]
      expect(new Set(subs).size).toBe(subs.length)
    })

    test('of many first sign-ins at once, all say the same', async () => {
      const person = { username: 'dora', email: undefined, password: PASSWORD }
      await createAccount(person, door().accounts)
      const dora = await signedIn('dora')
      const subs = await Promise.all(Array.from({ length: 8 }, () => subOf(dora, 'pair')))
      expect(new Set(subs).size).toBe(1)
    })

    test('every artefact says the same, and none says another', async () => {
      const alice = await signedIn()
      const own = await subOf(alice, 'own')
      const { body, claims } = await told(alice, 'pair', {
        scope: 'openid offline_access orders:read',
      })
      const userinfo = await (
        await fetch(`${door().issuer}/userinfo`, { headers: bearer(body.access_token) })
      ).json()
      const refreshed = await post('/token', 'pair', {
        grant_type: 'refresh_token',
        refresh_token: body.refresh_token,
      })
      const subjects = [
        decodeJwt(body.access_token).sub,
        userinfo.sub,
        decodeJwt(refreshed.id_token).sub,
        decodeJwt(refreshed.access_token).sub,
        (await post('/introspect', 'pair', { token: refreshed.access_token })).sub,
        (await post('/introspect', 'pair', { token: refreshed.refresh_token })).sub,
      ]
      expect(new Set(subjects)).toEqual(new Set([claims.sub]))
      expect(claims.sub).not.toBe(own)
      const texts = [body.access_token, body.id_token].map((token) =>
        JSON.stringify(decodeJwt(token)),
      )
      expect(texts.join() + JSON.stringify(userinfo)).not.toContain(own)
    })

    test('an application on its own behalf is called by its client_id', async () => {
      const { access_token: token } = await post('/token', 'pair', {
        grant_type: 'client_credentials',
        scope: 'orders:read',
      })
      expect(decodeJwt(token).sub).toBe('pair')
    })

    test('discovery says so', async () => {
      const metadata = await fetch(`${door().issuer}/.well-known/openid-configuration`)
      expect((await metadata.json()).subject_types_supported).toEqual(['public', 'pairwise'])
    })
  })

  describe('hints by what the application calls a person', () => {
    const silent = (change: Form): Form => ({ client_id: 'pair', prompt: 'none', ...change })
    const named = (value: unknown): Form =>
      silent({ claims: JSON.stringify({ id_token: { sub: { value } } }) })

    test('id_token_hint', async () => {
      const [alice, bob] = [await signedIn(), await signedIn('bob')]
      const { body } = await told(alice, 'pair')
      expect(answerAt(await alice.ask(silent({ id_token_hint: body.id_token })))).toHaveProperty(
        'code',
      )
      expect(answerAt(await bob.ask(silent({ id_token_hint: body.id_token })))).toMatchObject({
        error: 'login_required',
      })
    })

    test('sub in the claims parameter', async () => {
      const [alice, bob] = [await signedIn(), await signedIn('bob')]
      const sub = await subOf(alice, 'pair')
      expect(answerAt(await alice.ask(named(sub)))).toHaveProperty('code')
      expect(answerAt(await bob.ask(named(sub)))).toMatchObject({ error: 'login_required' })
    })

    test('what others call the person means nobody here', async () => {
      const alice = await signedIn()
      for (const other of ['own', 'alien'])
        expect(answerAt(await alice.ask(named(await subOf(alice, other))))).toMatchObject({
          error: 'login_required',
        })
    })

    test('sign-out by an ID token of its own needs no question', async () => {
      const alice = await signedIn()
      const { body } = await told(alice, 'pair')
      const url = new URL(`${door().issuer}/logout`)
      url.search = new URLSearchParams({
        id_token_hint: body.id_token,
        post_logout_redirect_uri: `${door().home}/bye`,
      }).toString()
      expect((await alice.agent.open(url.href, `${door().home}/bye`)).url.pathname).toBe('/bye')
      expect(answerAt(await alice.ask({ prompt: 'none' }))).toMatchObject({
        error: 'login_required',
      })
    })
  })
})
