import { describe, expect, test } from 'vitest'
import { signedInAt, television, typeCode } from '../support/device.ts'
import { eachDoor } from '../support/each-door.ts'
import { everyRow } from '../support/every-row.ts'
import { times } from '../support/rows.ts'
import { visitor } from '../support/visitor.ts'

eachDoor(({ door, clock }) => {
  describe('RFC 8628 §3.3 the page', () => {
    test('wants somebody, and comes back with the code', async () => {
      const { body } = await television(door()).ask()
      const alice = visitor(door())
      const login = await alice.agent.open(body.verification_uri_complete ?? '')
      expect(login.url.pathname).toBe('/acme/login')
      const page = await alice.enter(login)
      expect(page.url.href).toBe(body.verification_uri_complete)
      expect(page.html).toContain(`value="${body.user_code}"`)
    })

    test('keeps the code out of the database while somebody signs in', async () => {
      const { body } = await television(door()).ask()
      await visitor(door()).agent.open(body.verification_uri_complete ?? '')
      const written = await everyRow(door().databaseUrl)
      expect(written).toContain('sealedReturnTo')
      expect(written).not.toContain(body.user_code)
      expect(written).not.toContain(body.user_code?.replace('-', ''))
    })

    test('shows what asks, and approves nothing by itself', async () => {
      const tv = television(door())
      const asked = await tv.ask()
      const alice = await signedInAt(door())
      const first = await alice.agent.open(asked.body.verification_uri_complete ?? '')
      expect(first.html).not.toContain('Television')
      expect((await tv.poll(asked)).body.error).toBe('authorization_pending')
      clock.forward(65)
      const page = await alice.press(first, 'continue', { user_code: asked.body.user_code ?? '' })
      for (const shown of [
        'Allow Television on your device?',
        'alice@acme.example',
        asked.body.user_code ?? '',
        '127.0.0.1',
        'tv/1 &lt;b>',
        '1 minute ago',
        'orders:read',
      ])
        expect(page.html).toContain(shown)
      expect((await tv.poll(asked)).body.error).toBe('authorization_pending')
    })

    test.for([
      ['lower case', (code: string) => code.toLowerCase()],
      ['no hyphen', (code: string) => code.replace('-', '')],
      ['spaces', (code: string) => ` ${code.replace('-', ' ')} `],
      ['a dash', (code: string) => code.replace('-', ' – ')],
    ] as const)('reads a code with %s', async ([, written]) => {
      const { body } = await television(door()).ask()
      const page = await typeCode(await signedInAt(door()), door(), written(body.user_code ?? ''))
      expect(page.html).toContain('Allow Television')
    })

    test('belongs to who opened it first', async () => {
      const tv = television(door())
      const asked = await tv.ask()
      const bob = await signedInAt(door(), 'bob')
      const shown = await typeCode(await signedInAt(door()), door(), asked.body.user_code ?? '')
      const late = await typeCode(bob, door(), asked.body.user_code ?? '')
      expect([late.status, late.html.includes('Television')]).toEqual([400, false])
      const stolen = await bob.press(shown, 'allow')
      expect(stolen.status).toBe(400)
      expect((await tv.poll(asked)).body.error).toBe('authorization_pending')
    })

    test('is decided once', async () => {
      const tv = television(door())
      const asked = await tv.ask()
      const alice = await signedInAt(door())
      const page = await typeCode(alice, door(), asked.body.user_code ?? '')
      expect((await alice.press(page, 'deny')).status).toBe(200)
      expect((await alice.press(page, 'allow')).status).toBe(400)
      expect((await tv.poll(asked)).body.error).toBe('access_denied')
    })

    test.for([
      ['no token', { csrf: '' }, {}],
      ['a token of nobody', { csrf: 'x' }, {}],
      ['a form of another site', {}, { origin: 'https://evil.example' }],
    ] as const)('decides nothing with %s', async ([, change, headers]) => {
      const tv = television(door())
      const asked = await tv.ask()
      const alice = await signedInAt(door())
      const page = await typeCode(alice, door(), asked.body.user_code ?? '')
      const csrf = /name="csrf" value="([^"]+)"/.exec(page.html)?.[1] ?? ''
      const fields = { csrf, user_code: asked.body.user_code ?? '', action: 'allow', ...change }
      const reply = await alice.fetch(`${door().issuer}/device`, {
        method: 'POST',
        body: new URLSearchParams(fields),
        headers,
      })
      expect([400, 403]).toContain(reply.status)
      expect((await tv.poll(asked)).body.error).toBe('authorization_pending')
    })

    test('the form of one code decides about no other', async () => {
      const tv = television(door())
      const [one, two] = [await tv.ask(), await tv.ask()]
      const alice = await signedInAt(door())
      const page = await typeCode(alice, door(), one.body.user_code ?? '')
      await typeCode(alice, door(), two.body.user_code ?? '')
      const reply = await alice.press(page, 'allow', { user_code: two.body.user_code ?? '' })
      expect(reply.status).toBe(400)
      expect((await tv.poll(two)).body.error).toBe('authorization_pending')
    })

    test('says the same about every code that leads nowhere', async () => {
      const alice = await signedInAt(door())
      const { body } = await television(door()).ask()
      const elsewhere = await visitor(door()).agent.open(`${door().origin}/other/device`)
      expect(elsewhere.url.pathname).toBe('/other/login')
      const pages = await Promise.all(
        ['BCDF-GHJK', 'nonsense', 'AEIO-UAEI', ''].map((code) => typeCode(alice, door(), code)),
      )
      for (const page of pages) {
        expect(page.status).toBe(400)
        expect(page.html).toContain('That code is not right, or it is no longer valid.')
      }
      expect((await typeCode(alice, door(), body.user_code ?? '')).status).toBe(200)
    })

    test('RFC 8628 §5.1: who guesses has to wait, and a right code does not count', async () => {
      clock.forward(600)
      const bob = await signedInAt(door(), 'bob')
      const { body } = await television(door()).ask()
      const right = () => typeCode(bob, door(), body.user_code ?? '')
      for (const _ of [1, 2, 3]) expect((await right()).status).toBe(200)
      const guesses = await times(10, () => typeCode(bob, door(), 'BBBB-CCCC'))
      expect(new Set(guesses.map(({ status }) => status))).toEqual(new Set([400]))
      const page = await right()
      expect(page.status).toBe(429)
      expect(page.headers.get('retry-after')).toBe('600')
      expect(page.html).toContain('Wait 10 minutes')
      const again = await typeCode(await signedInAt(door(), 'bob'), door(), body.user_code ?? '')
      expect(again.status).toBe(429)
      clock.forward(600)
      const fresh = await television(door()).ask()
      expect((await typeCode(bob, door(), fresh.body.user_code ?? '')).status).toBe(200)
    })

    test('asks again, however often the application was allowed', async () => {
      const alice = await signedInAt(door())
      for (const _ of [1, 2]) {
        const tv = television(door())
        const asked = await tv.ask()
        const page = await typeCode(alice, door(), asked.body.user_code ?? '')
        expect(page.html).toContain('value="allow"')
        await alice.press(page, 'allow')
        expect((await tv.poll(asked)).status).toBe(200)
      }
    })
  })
})
