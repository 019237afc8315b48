import { describe, expect, test } from 'vitest'
import { PASSWORD } from '../support/door.ts'
import { eachDoor } from '../support/each-door.ts'
import type { Form } from '../support/provider.ts'
import type { Page } from '../support/user-agent.ts'
import { answerAt, type Visitor, visitor } from '../support/visitor.ts'

const CREDENTIALS = { username: 'alice', password: PASSWORD }
const csrfOf = ({ html }: Page): string => /name="csrf" value="([^"]+)"/.exec(html)?.[1] ?? ''

eachDoor(({ door, clock }) => {
  /** One POST as this browser could send it, with any form and any headers. */
  const post = (someone: Visitor, page: Page, form: Form, headers: Form = {}) =>
    someone.fetch(page.url, { method: 'POST', body: new URLSearchParams(form), headers })
  const isSignedIn = async (someone: Visitor) => 'code' in answerAt(await someone.ask(SILENT))
  const SILENT = { prompt: 'none' }

  describe('a form of ours', () => {
    test.for([
      { when: 'the token is absent', csrf: () => '' },
      { when: 'the token is wrong', csrf: () => 'x'.repeat(43) },
      { when: 'the token is of another flow', csrf: (_: Page, other: Page) => csrfOf(other) },
    ])('at /login is refused when $when', async ({ csrf }) => {
      const alice = visitor(door())
      const [page, other] = [await alice.ask(), await alice.ask()]
      const form = { ...CREDENTIALS, action: 'sign-in', csrf: csrf(page, other) }
      expect((await post(alice, page, form)).status).toBe(400)
      expect(await isSignedIn(alice)).toBe(false)
      expect(answerAt(await alice.enter(page))).toHaveProperty('code')
    })

    test.for([
      { when: 'the token is absent', csrf: () => '' },
      { when: 'the token is of another flow', csrf: (_: Page, other: Page) => csrfOf(other) },
      { when: 'the token is of the sign-in', csrf: (before: Page) => csrfOf(before) },
    ])('at /consent is refused when $when', async ({ csrf }) => {
      const alice = visitor(door())
      const consent = { client_id: 'web', prompt: 'consent' }
      const before = await alice.ask(consent)
      const page = await alice.enter(before)
      const other = await alice.ask(consent)
      const reply = await post(alice, page, { action: 'allow', csrf: csrf(before, other) })
      expect([reply.status, reply.headers.get('location')]).toEqual([400, null])
      expect(answerAt(await alice.press(page, 'allow'))).toHaveProperty('code')
    })

    test('at /consent is of the person it was shown to', async () => {
      const browser = visitor(door())
      const page = await browser.signIn({ client_id: 'web', prompt: 'consent' })
      await browser.signIn({ prompt: 'login' }, 'bob')
      const pageOfAnother = await browser.signIn(
        { client_id: 'web', prompt: 'login consent' },
        'bob',
      )
      const form = { action: 'allow', csrf: csrfOf(pageOfAnother) }
      expect((await post(browser, page, form)).status).toBe(400)
    })

    test.for([
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ])('is refused when it comes from elsewhere: %j', async (from) => {
      const headers = from as unknown as Form
      const alice = visitor(door())
      const login = await alice.ask({ client_id: 'web', prompt: 'consent' })
      const form = { ...CREDENTIALS, action: 'sign-in', csrf: csrfOf(login) }
      expect((await post(alice, login, form, headers)).status).toBe(403)
      expect(await isSignedIn(alice)).toBe(false)
      const consent = await alice.enter(login)
      const allow = { action: 'allow', csrf: csrfOf(consent) }
      expect((await post(alice, consent, allow, headers)).status).toBe(403)
    })

    test.for(['', 'allow', 'logout', 'SIGN-IN', 'sign-in '])(
      'at /login goes nowhere with the action %j',
      async (action) => {
        const alice = visitor(door())
        const page = await alice.ask()
        const reply = await post(alice, page, { ...CREDENTIALS, csrf: csrfOf(page), action })
        expect([reply.status, reply.headers.get('set-cookie')]).toEqual([200, null])
        expect(await isSignedIn(alice)).toBe(false)
      },
    )

    test.for(['', 'sign-in', 'yes', 'ALLOW'])(
      'at /consent goes nowhere with the action %j',
      async (action) => {
        const alice = visitor(door())
        const page = await alice.signIn({ client_id: 'web', prompt: 'consent' })
        const reply = await post(alice, page, { csrf: csrfOf(page), action })
        expect([reply.status, reply.headers.get('location')]).toEqual([200, null])
      },
    )

    test.for([
      { username: '', password: PASSWORD },
      { username: 'alice', password: '' },
      { username: '', password: '' },
    ])('at /login with nothing in it is a failure like any: %j', async (form) => {
      const alice = visitor(door())
      const page = await alice.press(await alice.ask(), 'sign-in', form)
      expect([page.status, page.html.includes('role="alert"')]).toEqual([400, true])
    })
  })

  describe('a flow', () => {
    test('cannot begin at consent', async () => {
      const alice = visitor(door())
      const page = await alice.ask({ client_id: 'web', prompt: 'consent' })
      const address = page.url.href.replace('/login?', '/consent?')
      const reply = await alice.fetch(address)
      expect(reply.headers.get('location')).toMatch('/acme/login?')
      const form = new URLSearchParams({ action: 'allow', csrf: csrfOf(page) })
      const posted = await alice.fetch(address, { method: 'POST', body: form })
      expect(posted.headers.get('location')).toMatch('/acme/login?')
    })

    test('that asks to sign in again cannot be taken past it', async () => {
      const alice = visitor(door())
      await alice.signIn()
      const page = await alice.ask({ client_id: 'web', prompt: 'login consent' })
      const reply = await alice.fetch(page.url.href.replace('/login?', '/consent?'))
      expect(reply.headers.get('location')).toMatch('/acme/login?')
    })

    test('two in two tabs end each with its own answer', async () => {
      const alice = visitor(door())
      const [one, two] = [await alice.ask({ state: 'one' }), await alice.ask({ state: 'two' })]
      expect(answerAt(await alice.enter(two))).toMatchObject({ state: 'two' })
      expect(answerAt(await alice.enter(one))).toMatchObject({ state: 'one' })
    })

    test('two that begin at once in a new browser end each with its own answer', async () => {
      const alice = visitor(door())
      const pages = await Promise.all(
        ['one', 'two', 'three'].map((state) => alice.ask({ state, prompt: 'login' })),
      )
      const answers = []
      for (const page of pages) answers.push(answerAt(await alice.enter(page)))
      expect(answers.map(({ state }) => state)).toEqual(['one', 'two', 'three'])
      expect(answers.every((answer) => 'code' in answer)).toBe(true)
    })

    test('begun twenty times leaves a browser with few cookies, of the latest', async () => {
      const alice = visitor(door())
      const first = await alice.ask()
      for (let count = 0; count < 20; count += 1) {
        clock.forward(1)
        await alice.ask()
      }
      const last = await alice.ask()
      expect(alice.agent.cookies().match(/tokenidp-flow-/g)).toHaveLength(8)
      expect((await alice.fetch(first.url)).status).toBe(400)
      expect(answerAt(await alice.enter(last))).toHaveProperty('code')
      expect(alice.agent.cookies().match(/tokenidp-flow-/g)).toHaveLength(7)
    })

    test('of a second tab goes on by itself once somebody is signed in', async () => {
      const alice = visitor(door())
      const [one, two] = [await alice.ask({ state: 'one' }), await alice.ask({ state: 'two' })]
      await alice.enter(one)
      const page = await alice.agent.open(two.url.href, door().home)
      expect(answerAt(page)).toMatchObject({ code: expect.any(String), state: 'two' })
    })

    test('sent ten times at once gives one code', async () => {
      const alice = visitor(door())
      const page = await alice.signIn({ client_id: 'web', prompt: 'consent' })
      const form = { action: 'allow', csrf: csrfOf(page) }
      const replies = await Promise.all(Array.from({ length: 10 }, () => post(alice, page, form)))
      const codes = replies.filter(({ headers }) => headers.get('location')?.includes('code='))
      expect(codes).toHaveLength(1)
      expect(replies.filter(({ status }) => status === 400)).toHaveLength(9)
    })

    test('allowed and denied at once has one answer', async () => {
      const alice = visitor(door())
      const page = await alice.signIn({ client_id: 'web', prompt: 'consent' })
      const replies = await Promise.all(
        ['allow', 'deny', 'allow', 'deny'].map((action) =>
          post(alice, page, { action, csrf: csrfOf(page) }),
        ),
      )
      expect(replies.map(({ status }) => status).sort()).toEqual([303, 400, 400, 400])
    })

    test('that is over is over: back, again, and cancelled', async () => {
      const alice = visitor(door())
      const page = await alice.ask()
      await alice.enter(page)
      expect((await alice.fetch(page.url)).status).toBe(400)
      expect((await alice.enter(page)).status).toBe(400)
      expect((await alice.press(page, 'cancel')).status).toBe(400)
      expect(await isSignedIn(alice)).toBe(true)
    })

    test('cancelled is access_denied, once', async () => {
      const alice = visitor(door())
      const page = await alice.ask()
      expect(answerAt(await alice.press(page, 'cancel'))).toEqual({
        error: 'access_denied',
        error_description: expect.any(String),
        state: 's-1',
        iss: door().issuer,
      })
      expect((await alice.enter(page)).status).toBe(400)
    })

    test('belongs to the browser that began it', async () => {
      const [alice, thief] = [visitor(door()), visitor(door())]
      const page = await alice.ask()
      expect((await thief.fetch(page.url)).status).toBe(400)
      await thief.ask()
      expect((await thief.fetch(page.url)).status).toBe(400)
      const form = { ...CREDENTIALS, action: 'sign-in', csrf: csrfOf(page) }
      expect((await post(thief, page, form)).status).toBe(400)
      const reply = await fetch(page.url.href.replace('/acme/', '/other/'), {
        headers: { cookie: alice.agent.cookies() },
      })
      expect(reply.status).toBe(400)
    })

    test('expires', async () => {
      const alice = visitor(door())
      const page = await alice.ask()
      clock.forward(30 * 60 - 1)
      expect((await alice.fetch(page.url)).status).toBe(200)
      clock.forward(1)
      expect((await alice.fetch(page.url)).status).toBe(400)
      expect((await alice.enter(page)).status).toBe(400)
      expect(await isSignedIn(alice)).toBe(false)
    })

    test.for(['', '?interaction=', '?interaction=guess', '?interaction=a&interaction=b'])(
      'is not guessed: %j',
      async (query) => {
        const alice = visitor(door())
        await alice.signIn()
        for (const step of ['login', 'consent']) {
          const reply = await alice.fetch(`${door().issuer}/${step}${query}`)
          expect([reply.status, reply.headers.get('location')]).toEqual([400, null])
        }
      },
    )
  })
})
