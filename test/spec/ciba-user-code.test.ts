import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { setCibaUserCode } from '../../src/accounts/index.ts'
import { aCibaPolicy, anAsking } from '../support/builders.ts'
import { type Door, movableClock, openDoor, PASSWORD } from '../support/door.ts'
import { everyRow } from '../support/every-row.ts'
import { basic, type Form } from '../support/provider.ts'
import { times } from '../support/rows.ts'
import { stores } from '../support/stores.ts'
import { visitor } from '../support/visitor.ts'

const CODE = 'canary-4711'
const MAX_FAILURES = 5
const LOCKOUT = 900
const PER_CLIENT = 100

const careful = (clientId: string) =>
  anAsking({ clientId, ciba: aCibaPolicy({ isUserCodeRequired: true }) })

describe.each(stores)('CIBA user codes on $name', (engine) => {
  let door: Door
  let verified: string[] = []
  const clock = movableClock()
  beforeAll(async () => {
    const applications = ['teller', 'cashier', 'sprayer'].map(careful)
    door = await openDoor({
      engine,
      clock,
      applications,
      watch: (passwords) => ({
        ...passwords,
        verify: (password, stored) => {
          verified.push(stored)
          return passwords.verify(password, stored)
        },
      }),
    })
    expect(await setCibaUserCode('alice', CODE, door.accounts)).toBe('changed')
  })
  afterAll(() => door.close())

  async function ask(change: Form = {}, clientId = 'teller') {
    const form = { scope: 'openid', login_hint: 'alice', user_code: CODE, ...change }
    const body = new URLSearchParams(Object.entries(form).filter(([, value]) => value !== ''))
    const reply = await fetch(`${door.issuer}/backchannel_authentication`, {
      method: 'POST',
      headers: basic(clientId),
      body,
    })
    return { status: reply.status, body: await reply.json() }
  }

  /** Whatever waits has ended, and whoever was locked may try again. */
  const later = () => clock.forward(LOCKOUT)

  describe('CIBA §7.1.2', () => {
    test('the right code asks the person', async () => {
      later()
      expect(await ask()).toMatchObject({ status: 200, body: { interval: 5 } })
    })

    test.for([
      { when: 'it is missing', change: { user_code: '' }, error: 'missing_user_code' },
      { when: 'it is wrong', change: { user_code: 'canary-4712' }, error: 'invalid_user_code' },
      { when: 'it is the password', change: { user_code: PASSWORD }, error: 'invalid_user_code' },
      { when: 'the person has none', change: { login_hint: 'bob' }, error: 'invalid_user_code' },
      { when: 'nobody is meant', change: { login_hint: 'eve' }, error: 'unknown_user_id' },
      {
        when: 'nobody is meant and it is missing',
        change: { login_hint: 'eve', user_code: '' },
        error: 'missing_user_code',
      },
    ])('$error when $when', async ({ change, error }) => {
      later()
      expect(await ask(change)).toMatchObject({ status: 400, body: { error } })
    })

    test('the same is said, at the same price, whatever is wrong with it', async () => {
      later()
      verified = []
      const wrong = await ask({ user_code: 'x' })
      const none = await ask({ login_hint: 'bob' })
      await times(MAX_FAILURES, () => ask({ user_code: 'x' }))
      const locked = await ask()
      expect([none, locked]).toEqual([wrong, wrong])
      expect(verified).toHaveLength(3 + MAX_FAILURES)
    })

    test('is no business of an application that does not want one', async () => {
      expect(await ask({}, 'bank')).toMatchObject({ body: { error: 'invalid_request' } })
      expect(await ask({ user_code: '' }, 'bank')).toMatchObject({ status: 200 })
    })

    test('is nowhere written', async () => {
      await ask()
      expect(await everyRow(door.databaseUrl)).not.toContain(CODE)
    })
  })

  describe('guessing', () => {
    test('20 at once are no more than 5, and the right one comes too late', async () => {
      later()
      verified = []
      const answers = await times(20, () => ask({ user_code: 'x' }))
      expect(answers.map(({ body }) => body.error)).toEqual(Array(20).fill('invalid_user_code'))
      expect((await ask()).body.error).toBe('invalid_user_code')
      const alice = await door.accounts.store.users.findByLogin('alice')
      const compared = verified.filter((stored) => stored === alice?.cibaUserCodeHash)
      expect(compared).toHaveLength(MAX_FAILURES)
      later()
      expect((await ask()).status).toBe(200)
    })

    test('goes on nowhere else: it is one counter for the person', async () => {
      later()
      await times(MAX_FAILURES, () => ask({ user_code: 'x' }))
      expect((await ask({}, 'cashier')).body.error).toBe('invalid_user_code')
      later()
    })

    test('a right one forgets the wrong ones before it', async () => {
      later()
      for (const _ of [1, 2]) {
        await times(MAX_FAILURES - 1, () => ask({ user_code: 'x' }))
        expect((await ask()).status).toBe(200)
      }
    })

    test('keeps nobody from signing in', async () => {
      later()
      await times(MAX_FAILURES + 1, () => ask({ user_code: 'x' }))
      const page = await visitor(door).signIn()
      expect(page.url.searchParams.get('code')).not.toBeNull()
    })

    test('of one client ends, whomever it means', async () => {
      later()
      for (let sent = 0; sent < PER_CLIENT; sent += 20)
        await times(20, () => ask({ login_hint: 'bob', user_code: 'x' }, 'sprayer'))
      expect((await ask({}, 'sprayer')).body.error).toBe('invalid_user_code')
      expect((await ask()).status).toBe(200)
      later()
      expect((await ask({}, 'sprayer')).status).toBe(200)
    })
  })

  describe('CIBA §4 metadata', () => {
    test.for([
      { tenant: 'acme', isSupported: true },
      { tenant: 'other', isSupported: false },
    ])('of $tenant says $isSupported', async ({ tenant, isSupported }) => {
      const reply = await fetch(`${door.origin}/${tenant}/.well-known/openid-configuration`)
      const metadata = await reply.json()
      expect(metadata.backchannel_user_code_parameter_supported).toBe(isSupported)
    })
  })
})
