import { describe, expect, test } from 'vitest'
import { eachDoor } from '../support/each-door.ts'
import { visitor } from '../support/visitor.ts'

eachDoor(({ door }) => {
  const page = (query = '') => `${door().issuer}/account${query}`

  describe('a page of ours that is for somebody', () => {
    test('asks who it is, and comes back to where it was', async () => {
      const alice = visitor(door())
      const asked = await alice.agent.open(page('?from=a%20b&x=%2F%2Fevil.example'))
      expect(asked.url.pathname).toBe('/acme/login')
      expect(asked.html).not.toContain('value="cancel"')
      const failed = await alice.enter(asked, 'alice', 'wrong')
      expect(failed.status).toBe(400)
      const entered = await alice.enter(failed)
      expect(entered.url.href).toBe(page('?from=a%20b&x=%2F%2Fevil.example'))
      expect(entered.html).toContain('alice@acme.example')
    })

    test('knows who is signed in already, and nobody of another tenant', async () => {
      const alice = visitor(door())
      await alice.signIn()
      expect((await alice.agent.open(page())).html).toContain('alice@acme.example')
      const elsewhere = await alice.agent.open(page().replace('/acme/', '/other/'))
      expect(elsewhere.url.pathname).toBe('/other/login')
    })

    test.for(['cancel', 'allow', ''])('is not reached with the action %j', async (action) => {
      const alice = visitor(door())
      const reply = await alice.press(await alice.agent.open(page()), action)
      expect([reply.status, reply.url.pathname]).toEqual([200, '/acme/login'])
    })

    test('is no consent, and its sign-in is not somebody else’s', async () => {
      const [alice, thief] = [visitor(door()), visitor(door())]
      const asked = await alice.agent.open(page())
      const consent = await alice.fetch(asked.url.href.replace('/login?', '/consent?'))
      expect([consent.status, consent.headers.get('location')]).toEqual([400, null])
      expect((await thief.fetch(asked.url)).status).toBe(400)
    })

    test('in a second tab goes on by itself once somebody is signed in', async () => {
      const alice = visitor(door())
      const waiting = await alice.agent.open(page())
      await alice.signIn()
      expect((await alice.agent.open(waiting.url.href)).url.href).toBe(page())
    })
  })
})
