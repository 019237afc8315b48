import { describe, expect, test } from 'vitest'
import { asking } from '../support/asking.ts'
import { eachDoor } from '../support/each-door.ts'
import type { Page } from '../support/user-agent.ts'
import { type Visitor, visitor } from '../support/visitor.ts'

const uidOf = ({ html }: Page): string => /name="request" value="([^"]+)"/.exec(html)?.[1] ?? ''
const formsIn = ({ html }: Page): number => html.match(/name="request"/g)?.length ?? 0

eachDoor(({ door, clock }) => {
  const inboxOf = (person: Visitor) => person.agent.open(`${door().issuer}/ciba`)

  async function signedIn(username = 'alice'): Promise<Visitor> {
    const person = visitor(door())
    await person.signIn({}, username)
    return person
  }

  /** An inbox with nothing but this request in it. */
  async function asked(change = {}) {
    clock.forward(200)
    const bank = asking(door())
    const id = await bank.ask(change)
    return { id, poll: async () => (await bank.poll(id)).body }
  }

  describe('the inbox (CIBA §7, security rule 18)', () => {
    test('sends whoever is not signed in to sign in, and back', async () => {
      const { poll } = await asked()
      const person = visitor(door())
      const login = await inboxOf(person)
      expect(login.url.pathname).toBe('/acme/login')
      const page = await person.agent.submit(login, {
        username: 'alice',
        password: 'wonderland',
        action: 'sign-in',
      })
      expect(page.url.pathname).toBe('/acme/ciba')
      expect(formsIn(page)).toBe(1)
      expect(await poll()).toMatchObject({ error: 'authorization_pending' })
    })

    test('says who asks, what for, since when and until when', async () => {
      await asked({ binding_message: 'Pay <5> EUR', requested_expiry: '100' })
      clock.forward(65)
      const { html, headers } = await inboxOf(await signedIn())
      expect(html).toContain('A request waits for you')
      for (const words of [
        'Bank',
        'Pay &lt;5> EUR',
        'alice@acme.example',
        '1 minute ago',
        'orders:read',
      ])
        expect(html).toContain(words)
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('content-security-policy')).toContain("form-action 'self'")
    })

    test('is pleasant when it is empty', async () => {
      clock.forward(200)
      const page = await inboxOf(await signedIn())
      expect(page.html).toContain('Nothing waits for you')
      expect(formsIn(page)).toBe(0)
    })

    test('allow: the application gets tokens for this session', async () => {
      const { poll } = await asked()
      const person = await signedIn()
      const page = await person.press(await inboxOf(person), 'allow')
      expect(page.html).toContain('You allowed it')
      expect(await poll()).toMatchObject({ scope: 'openid email orders:read' })
      expect(formsIn(await inboxOf(person))).toBe(0)
    })

    test('deny: the application is told so', async () => {
      const { poll } = await asked()
      const person = await signedIn()
      const page = await person.press(await inboxOf(person), 'deny')
      expect(page.html).toContain('You denied it')
      expect(await poll()).toMatchObject({ error: 'access_denied' })
    })

    test('an answer once given stands', async () => {
      const { poll } = await asked()
      const person = await signedIn()
      const page = await inboxOf(person)
      await person.press(page, 'deny')
      expect(await person.press(page, 'allow')).toMatchObject({ status: 400 })
      expect(await poll()).toMatchObject({ error: 'access_denied' })
    })

    test('too late is too late', async () => {
      const { poll } = await asked({ requested_expiry: '10' })
      const person = await signedIn()
      const page = await inboxOf(person)
      clock.forward(10)
      expect(await person.press(page, 'allow')).toMatchObject({ status: 400 })
      expect(await poll()).toMatchObject({ error: 'expired_token' })
    })

    test('another person neither sees nor answers it', async () => {
      const { poll } = await asked()
      const [alice, bob] = [await signedIn(), await signedIn('bob')]
      const page = await inboxOf(alice)
      expect(formsIn(await inboxOf(bob))).toBe(0)
      expect(await bob.press(page, 'allow')).toMatchObject({ status: 400 })
      const named = await bob.agent.open(`${door().issuer}/ciba?request=${uidOf(page)}`)
      expect(named).toMatchObject({ status: 400 })
      expect(named.html).not.toContain('Bank')
      expect(await poll()).toMatchObject({ error: 'authorization_pending' })
    })

    test.for([
      { when: 'the form is of another browser', csrf: 'theirs' },
      { when: 'the form has no token', csrf: '' },
    ])('nothing is answered when $when', async ({ csrf }) => {
      const { poll } = await asked()
      const [here, there] = [await signedIn(), await signedIn()]
      const page = await inboxOf(here)
      const theirs = /name="csrf" value="([^"]+)"/.exec((await inboxOf(there)).html)?.[1] ?? ''
      const sent = csrf === 'theirs' ? theirs : ''
      expect(await here.press(page, 'allow', { csrf: sent })).toMatchObject({ status: 400 })
      expect(await poll()).toMatchObject({ error: 'authorization_pending' })
    })

    test('a form for one request answers no other', async () => {
      const first = await asked()
      const bank = asking(door())
      const other = await bank.ask({ binding_message: 'second' })
      const person = await signedIn()
      const page = await inboxOf(person)
      expect(formsIn(page)).toBe(2)
      const uids = [...page.html.matchAll(/name="request" value="([^"]+)"/g)].map((m) => m[1] ?? '')
      const swapped = await person.press(page, 'allow', { request: uids[1] ?? '' })
      expect(swapped).toMatchObject({ status: 400 })
      expect(await first.poll()).toMatchObject({ error: 'authorization_pending' })
      expect((await bank.poll(other)).body).toMatchObject({ error: 'authorization_pending' })
    })

    test('a form sent from another site is refused', async () => {
      const { poll } = await asked()
      const person = await signedIn()
      const page = await inboxOf(person)
      const body = new URLSearchParams({ request: uidOf(page), action: 'allow' })
      const headers = { origin: 'https://evil.example' }
      const reply = await person.fetch(page.url, { method: 'POST', body, headers })
      expect(reply.status).toBe(403)
      expect(await poll()).toMatchObject({ error: 'authorization_pending' })
    })

    test('without a button nothing is answered', async () => {
      const { poll } = await asked()
      const person = await signedIn()
      expect(formsIn(await person.press(await inboxOf(person), ''))).toBe(1)
      expect(await poll()).toMatchObject({ error: 'authorization_pending' })
    })
  })
})
