import { describe, expect, test } from 'vitest'
import { toSeconds } from '../../src/base/time.ts'
import { eachDoor } from '../support/each-door.ts'
import { aSession, aSignIn } from '../support/rows.ts'
import { formOf, type Page } from '../support/user-agent.ts'
import { answerAt, type Visitor, visitor } from '../support/visitor.ts'

eachDoor(({ door, clock }) => {
  const address = () => `${door().issuer}/account/sessions`
  const look = (someone: Visitor): Promise<Page> => someone.agent.open(address())
  const isSignedIn = async (someone: Visitor) =>
    'code' in answerAt(await someone.ask({ prompt: 'none' }))
  const sessionsIn = ({ html }: Page) =>
    [...html.matchAll(/name="session" value="([^"]+)"/g)].map(([, uid]) => uid ?? '')

  /** Signs in at `own`, each in a browser of its own. */
  const signedIn = async (username = 'alice') => {
    const someone = visitor(door())
    await someone.signIn({}, username)
    return someone
  }
  const post = (someone: Visitor, page: Page, form: Readonly<Record<string, string>>) =>
    someone.agent.submit(page, form)

  describe('the list of a person’s own sessions', () => {
    test('asks who it is first', async () => {
      expect((await look(visitor(door()))).url.pathname).toBe('/acme/login')
    })

    test('marks this browser, says what it was used for, and ends another', async () => {
      const [here, there] = [await signedIn('bob'), await signedIn('bob')]
      const page = await look(here)
      expect(page.html.match(/This browser/g)).toHaveLength(1)
      expect(page.html).toContain('Used for Own')
      const [other, ...more] = sessionsIn(page)
      expect(more).toEqual([])
      const after = await post(here, page, { action: 'end', session: other ?? '' })
      expect([after.url.href, sessionsIn(after)]).toEqual([address(), []])
      expect([await isSignedIn(here), await isSignedIn(there)]).toEqual([true, false])
    })

    test('ends all others at once', async () => {
      const [here, second, third] = [await signedIn(), await signedIn(), await signedIn()]
      await post(here, await look(here), { action: 'end-others' })
      expect(await Promise.all([here, second, third].map(isSignedIn))).toEqual([true, false, false])
    })

    test('ends nobody else’s session, and none without the token of the form', async () => {
      const [alice, again, bob] = [await signedIn(), await signedIn(), await signedIn('bob')]
      const [of] = sessionsIn(await look(alice))
      const bobToo = await signedIn('bob')
      const page = await look(bob)
      expect(sessionsIn(page)).not.toContain(of)
      await post(bob, page, { action: 'end', session: of ?? '' })
      expect(await isSignedIn(again)).toBe(true)
      const { hidden } = formOf(page)
      for (const csrf of ['', 'x', formOf(await look(alice)).hidden.csrf ?? '']) {
        const refused = await post(bob, page, { ...hidden, action: 'end-others', csrf })
        expect(refused.status).toBe(400)
      }
      const foreign = await bob.fetch(address(), {
        method: 'POST',
        headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
        body: new URLSearchParams({ ...hidden, action: 'end-others' }),
      })
      expect(foreign.status).toBe(403)
      expect(await isSignedIn(bobToo)).toBe(true)
    })

    test('shows the newest and this one, and says that there are more', async () => {
      const here = await signedIn('bob')
      const { store } = door().accounts
      const { uid = '' } = (await store.users.findByLogin('bob')) ?? {}
      const now = toSeconds(clock.milliseconds())
      const lasting = { authTime: now, idleExpiresAt: now + 600, expiresAt: now + 600 }
      const later: string[] = []
      const begin = async (count: number) => {
        for (let each = 0; each < count; each += 1) {
          const session = aSession(uid, {
            ...lasting,
            uid: `Z-${String(later.length).padStart(3, '0')}`,
          })
          await store.sessions.signIn(aSignIn(session), now)
          later.push(session.uid)
        }
      }
      await post(here, await look(here), { action: 'end-others' })
      await begin(99)
      const whole = await look(here)
      expect([sessionsIn(whole).length, whole.html.includes('not listed')]).toEqual([99, false])
      await begin(2)
      const page = await look(here)
      expect(page.html).toContain('There are older sessions that are not listed.')
      expect(page.html.match(/This browser/g)).toHaveLength(1)
      expect(sessionsIn(page).sort()).toEqual(later.slice(2).sort())
      const after = await post(here, page, { action: 'end', session: later[0] ?? '' })
      expect(after.html).toContain('not listed')
      expect(await store.sessions.find(later[0] ?? '', now)).toBeUndefined()
    })

    test('keeps words of the browser only', async () => {
      const someone = await signedIn()
      const page = await look(someone)
      expect(page.html).not.toContain('undici')
      expect(page.html).toContain('A browser')
    })
  })
})
