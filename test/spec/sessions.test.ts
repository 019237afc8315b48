import { describe, expect, test } from 'vitest'
import { eachDoor } from '../support/each-door.ts'
import { answerAt, authorizeUrl, tokensFor, type Visitor, visitor } from '../support/visitor.ts'

const SILENT = { prompt: 'none' }
const HOUR = 3_600
const DAY = 86_400

eachDoor(({ door, clock }) => {
  const sessionOf = (someone: Visitor): string =>
    /tokenidp-session-[^;]*/.exec(someone.agent.cookies())?.[0] ?? ''
  const isSignedIn = async (someone: Visitor) => 'code' in answerAt(await someone.ask(SILENT))

  /** What a tenant says to whoever shows this cookie. */
  const errorFor = async (cookie: string, tenant = 'acme') => {
    const url = authorizeUrl(door(), SILENT).replace('/acme/', `/${tenant}/`)
    const reply = await fetch(url, { redirect: 'manual', headers: { cookie } })
    return new URL(reply.headers.get('location') ?? '').searchParams.get('error')
  }

  describe('the session cookie', () => {
    test('changes at every sign-in, and the old one is dead', async () => {
      const alice = visitor(door())
      await alice.signIn()
      const first = sessionOf(alice)
      expect(await errorFor(first)).toBeNull()
      await alice.signIn({ prompt: 'login' })
      const second = sessionOf(alice)
      expect(second).not.toBe(first)
      expect(await errorFor(first)).toBe('login_required')
      expect(await errorFor(second)).toBeNull()
    })

    test('that somebody planted is not the one after the sign-in', async () => {
      const alice = visitor(door())
      const page = await alice.ask()
      const name = `tokenidp-session-uid-acme`
      const planted = `${name}=${'A'.repeat(43)}`
      const form = new URLSearchParams({
        username: 'alice',
        password: 'wonderland',
        action: 'sign-in',
        csrf: /name="csrf" value="([^"]+)"/.exec(page.html)?.[1] ?? '',
      })
      const reply = await fetch(page.url, {
        method: 'POST',
        body: form,
        redirect: 'manual',
        headers: { cookie: `${alice.agent.cookies()}; ${planted}` },
      })
      const cookie = reply.headers.getSetCookie().find((one) => one.startsWith(name)) ?? ''
      expect(cookie).toMatch(new RegExp(`^${name}=[\\w-]{43};`))
      expect(cookie).not.toContain(planted)
      expect(await errorFor(planted)).toBe('login_required')
    })

    test.for(['', 'x', 'A'.repeat(43), `${'A'.repeat(42)}%00`, '"quoted"'])(
      'that we did not make is nobody: %j',
      async (value) => {
        const cookie = `tokenidp-session-uid-acme=${value}`
        expect(await errorFor(cookie)).toBe('login_required')
      },
    )

    test('of one tenant is nothing to another', async () => {
      const alice = visitor(door())
      await alice.signIn()
      const secret = sessionOf(alice).split('=')[1] ?? ''
      const cookie = `tokenidp-session-uid-other=${secret}; ${sessionOf(alice)}`
      expect(await errorFor(cookie)).toBeNull()
      expect(await errorFor(cookie, 'other')).toBe('login_required')
    })
  })

  describe('a session', () => {
    test('ends after an hour without a request', async () => {
      const alice = visitor(door())
      await alice.signIn()
      clock.forward(HOUR - 1)
      expect(await isSignedIn(alice)).toBe(true)
      clock.forward(HOUR - 1)
      expect(await isSignedIn(alice)).toBe(true)
      clock.forward(HOUR)
      expect(await isSignedIn(alice)).toBe(false)
    })

    test('ends after a day, however busy it is', async () => {
      const alice = visitor(door())
      await alice.signIn()
      for (let hours = 0; hours < 24 * 2 - 1; hours += 1) {
        clock.forward(HOUR / 2)
        expect(await isSignedIn(alice)).toBe(true)
      }
      clock.forward(HOUR / 2)
      expect(await isSignedIn(alice)).toBe(false)
    })

    test('that ran out does not come back: the next one is another', async () => {
      const alice = visitor(door())
      const first = await tokensFor(door(), await alice.signIn())
      clock.forward(DAY)
      const second = await tokensFor(door(), await alice.signIn())
      expect(second.claims.sub).toBe(first.claims.sub)
      expect(second.claims.sid).not.toBe(first.claims.sid)
    })
  })
})
