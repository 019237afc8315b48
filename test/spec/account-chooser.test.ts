import { describe, expect, test } from 'vitest'
import { eachDoor } from '../support/each-door.ts'
import type { Form } from '../support/provider.ts'
import type { Page } from '../support/user-agent.ts'
import { answerAt, tokensFor, type Visitor, visitor } from '../support/visitor.ts'

const SELECT = { prompt: 'select_account' }

eachDoor(({ door, clock }) => {
  const pathOf = ({ url }: Page): string => url.pathname
  const claimsOf = async (page: Page) => (await tokensFor(door(), page)).claims

  /** What the buttons of the page say, and what they send. */
  const accountsOn = ({ html }: Page): Form =>
    Object.fromEntries(
      [...html.matchAll(/name="account" value="([^"]+)"><strong>([^<]*)</g)].map(
        ([, value = '', name = '']) => [name, value],
      ),
    )

  const pick = (someone: Visitor, page: Page, account: string): Promise<Page> =>
    someone.agent.submit(page, { account }, `${door().home}/callback`)

  /** A browser that alice signed in to, and bob after her. */
  async function shared() {
    const someone = visitor(door())
    const alice = await claimsOf(await someone.signIn())
    clock.forward(5)
    const bob = await claimsOf(await someone.signIn({ prompt: 'login' }, 'bob'))
    clock.forward(5)
    return { someone, alice, bob }
  }

  const ALICE = 'alice@acme.example'
  const BOB = 'bob@acme.example'

  describe('OpenID Connect Core §3.1.2.1 prompt=select_account', () => {
    test('offers those who are signed in here, the latest first', async () => {
      const { someone } = await shared()
      const page = await someone.ask(SELECT)
      expect(pathOf(page)).toBe('/acme/select-account')
      expect(Object.keys(accountsOn(page))).toEqual([BOB, ALICE])
      expect(page.headers.get('cache-control')).toBe('no-store')
    })

    test('whoever is picked goes on with their own session, without a password', async () => {
      const { someone, alice } = await shared()
      const page = await someone.ask(SELECT)
      const chosen = await pick(someone, page, accountsOn(page)[ALICE] ?? '')
      const { sub, auth_time, sid } = alice
      expect(await claimsOf(chosen)).toMatchObject({ sub, auth_time, sid })
    })

    test('another account is asked to sign in, and joins the others', async () => {
      const someone = visitor(door())
      await someone.signIn()
      const page = await someone.press(await someone.ask(SELECT), 'another')
      expect(pathOf(page)).toBe('/acme/login')
      expect(await claimsOf(await someone.enter(page, 'bob'))).toHaveProperty('sub')
      const again = await someone.ask(SELECT)
      expect(Object.keys(accountsOn(again)).sort()).toEqual([ALICE, BOB])
    })

    test('who thinks again after "another account" may go back and pick', async () => {
      const { someone, alice } = await shared()
      const page = await someone.ask(SELECT)
      await someone.press(page, 'another')
      const back = await someone.agent.open(page.url.href)
      const chosen = await pick(someone, back, accountsOn(back)[ALICE] ?? '')
      expect(await claimsOf(chosen)).toMatchObject({ sub: alice.sub })
    })

    test('nobody is here: the sign-in page is the choice', async () => {
      const page = await visitor(door()).ask(SELECT)
      expect(pathOf(page)).toBe('/acme/login')
    })

    test('cancel tells the application', async () => {
      const { someone } = await shared()
      const answer = await someone.press(await someone.ask(SELECT), 'cancel')
      expect(answerAt(answer)).toMatchObject({ error: 'access_denied', state: 's-1' })
    })

    test.for([{ prompt: 'select_account login' }, { prompt: 'select_account', max_age: '3' }])(
      'B10 %o: whoever is picked signs in again',
      async (change) => {
        const { someone, alice } = await shared()
        const page = await someone.ask(change)
        const login = await pick(someone, page, accountsOn(page)[ALICE] ?? '')
        expect(pathOf(login)).toBe('/acme/login')
        expect(login.html).toContain('value="alice"')
        const renewed = await claimsOf(await someone.enter(login))
        expect(renewed.sub).toBe(alice.sub)
        expect(Number(renewed.auth_time)).toBeGreaterThan(Number(alice.auth_time))
      },
    )

    test('select_account consent: picked, then asked', async () => {
      const { someone, alice } = await shared()
      const page = await someone.ask({ prompt: 'select_account consent' })
      const consent = await pick(someone, page, accountsOn(page)[ALICE] ?? '')
      expect(pathOf(consent)).toBe('/acme/consent')
      expect(consent.html).toContain(ALICE)
      const answer = await someone.press(consent, 'allow')
      expect(await claimsOf(answer)).toMatchObject({ sub: alice.sub })
    })
  })

  describe('nobody picks for somebody else', () => {
    test.for([
      { what: 'a value of another flow', of: 'other flow' },
      { what: 'a value of another browser', of: 'other browser' },
      { what: 'a guess', of: 'guess' },
    ])('$what picks nobody', async ({ of }) => {
      const { someone } = await shared()
      const elsewhere = of === 'other browser' ? (await shared()).someone : someone
      const foreign = accountsOn(await elsewhere.ask(SELECT))[ALICE] ?? ''
      const page = await someone.ask(SELECT)
      const again = await pick(someone, page, of === 'guess' ? 'x'.repeat(43) : foreign)
      expect(pathOf(again)).toBe('/acme/select-account')
    })

    test('without the page of this flow nothing is picked', async () => {
      const { someone } = await shared()
      const page = await someone.ask(SELECT)
      const account = accountsOn(page)[ALICE] ?? ''
      for (const csrf of ['', 'x'.repeat(43)]) {
        const answer = await someone.fetch(page.url, {
          method: 'POST',
          headers: { origin: door().origin },
          body: new URLSearchParams({ account, csrf }),
        })
        expect(answer.status).toBe(400)
      }
      const stranger = await visitor(door()).fetch(page.url)
      expect(stranger.status).toBe(400)
    })

    test('who signed out meanwhile is not replaced by another', async () => {
      const { someone } = await shared()
      const page = await someone.ask({ prompt: 'select_account consent' })
      const consent = await pick(someone, page, accountsOn(page)[ALICE] ?? '')
      await someone.press(await someone.agent.open(`${door().issuer}/logout`), 'logout')
      await someone.signIn({}, 'bob')
      const again = await someone.agent.open(consent.url.href)
      expect(pathOf(again)).toBe('/acme/login')
    })
  })

  describe('several are signed in and none is named', () => {
    test('the latest sign-in answers, silently too', async () => {
      const { someone, bob } = await shared()
      for (const change of [{}, { prompt: 'none' }])
        expect(await claimsOf(await someone.ask(change))).toMatchObject({ sub: bob.sub })
    })

    test.for(['alice', 'Alice@acme.example'])('login_hint %s names one of them', async (hint) => {
      const { someone, alice } = await shared()
      const page = await someone.ask({ prompt: 'none', login_hint: hint })
      expect(await claimsOf(page)).toMatchObject({ sub: alice.sub })
    })

    test('a login_hint of nobody here changes nothing', async () => {
      const { someone, bob } = await shared()
      const page = await someone.ask({ prompt: 'none', login_hint: 'buffy@issuer.example' })
      expect(await claimsOf(page)).toMatchObject({ sub: bob.sub })
    })
  })
})
