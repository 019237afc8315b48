import { beforeAll, describe, expect, test } from 'vitest'
import { createAccount } from '../../src/accounts/index.ts'
import { parseNetwork } from '../../src/base/network.ts'
import { proxiesAt } from '../../src/http/proxies.ts'
import { signedInAt, television } from '../support/device.ts'
import { PASSWORD } from '../support/door.ts'
import { eachDoor } from '../support/each-door.ts'
import { times } from '../support/rows.ts'
import { formOf } from '../support/user-agent.ts'
import type { Visitor } from '../support/visitor.ts'

const proxies = proxiesAt([parseNetwork('127.0.0.1')].flatMap((network) => network ?? []))
/** As many guesses as an address has, by people who have ten each. */
const PEOPLE = 10
const WRONG = 'That code is not right'

eachDoor(
  ({ door, clock }) => {
    interface Guesser {
      readonly person: Visitor
      readonly csrf: string
    }
    const signedIn = async (username: string): Promise<Guesser> => {
      const person = await signedInAt(door(), username)
      const page = await person.agent.open(`${door().issuer}/device`)
      return { person, csrf: formOf(page).hidden.csrf ?? '' }
    }
    let guessers: readonly Guesser[] = []
    let another: Guesser
    beforeAll(async () => {
      const names = Array.from({ length: PEOPLE }, (_, index) => `guesser${index}`)
      for (const username of names) {
        const email = `${username}@acme.example`
        await createAccount({ username, email, password: PASSWORD }, door().accounts)
      }
      guessers = await Promise.all(names.map(signedIn))
      another = await signedIn('alice')
    })

    async function guess({ person, csrf }: Guesser, from: string, code = 'BBBB-CCCC') {
      const reply = await person.fetch(`${door().issuer}/device`, {
        method: 'POST',
        body: new URLSearchParams({ csrf, user_code: code, action: 'continue' }),
        headers: { 'x-forwarded-for': from, origin: door().origin },
      })
      return {
        status: reply.status,
        wait: reply.headers.get('retry-after'),
        html: await reply.text(),
      }
    }

    describe('RFC 8628 §5.1 guesses from one address', () => {
      test.for([
        { from: '203.0.113.9', same: '198.51.100.1, 203.0.113.9', other: '203.0.113.10' },
        // RFC 6177 §2: one subscriber has all the addresses of a network.
        { from: '2001:db8::1', same: '2001:db8::2:3:4:5', other: '2001:db8:0:1::1' },
      ])('stop at $same after $from, and not at $other', async ({ from, same, other }) => {
        clock.forward(600)
        const asked = await Promise.all(
          guessers.map((guesser) => times(10, () => guess(guesser, from))),
        )
        for (const { status, html } of asked.flat()) {
          expect(status).toBe(400)
          expect(html).toContain(WRONG)
        }
        const { body } = await television(door()).ask()
        const right = body.user_code ?? ''
        for (const at of [from, same]) {
          const stopped = await guess(another, at, right)
          expect(stopped).toMatchObject({ status: 429, wait: '600' })
          expect(stopped.html).toContain('Wait 10 minutes, then let your device show a new code.')
          expect(stopped.html).not.toContain('Television')
        }
        expect((await guess(another, other)).html).toContain(WRONG)
        expect((await guess(another, other, right)).html).toContain('Allow Television')
        clock.forward(599)
        expect(await guess(another, from)).toMatchObject({ status: 429, wait: '1' })
        clock.forward(1)
        expect((await guess(another, from)).status).toBe(400)
      })
    })
  },
  { proxies },
)
