import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAccount, disableAccount, setPassword } from '../../src/accounts/index.ts'
import type { Passwords } from '../../src/base/password.ts'
import { type Door, movableClock, openDoor, PASSWORD } from '../support/door.ts'
import { stores } from '../support/stores.ts'
import type { Page } from '../support/user-agent.ts'
import { answerAt, type Visitor, visitor } from '../support/visitor.ts'

const LOCKOUT = 15 * 60

describe.each(stores)('sign-in failures on $name', (engine) => {
  let door: Door
  const clock = movableClock()
  const verified: string[] = []
  const nothing = async (): Promise<unknown> => undefined
  /** What else happens while a password is verified. */
  let meanwhile = nothing
  const watch = (passwords: Passwords): Passwords => ({
    ...passwords,
    async verify(password, stored) {
      verified.push(stored)
      const matches = await passwords.verify(password, stored)
      await meanwhile()
      return matches
    },
  })
  beforeAll(async () => {
    door = await openDoor({ engine, clock, watch })
  })
  afterAll(() => door.close())

  let count = 0
  const someone = async (): Promise<string> => {
    count += 1
    const username = `person${count}`
    const email = `${username}@acme.example`
    await createAccount({ username, email, password: PASSWORD }, door.accounts)
    return username
  }
  const verifiedFor = async (username: string): Promise<number> => {
    const user = await door.accounts.store.users.findByLogin(username)
    return verified.filter((stored) => stored === user?.passwordHash).length
  }
  const fail = async (guesser: Visitor, page: Page, username: string, times: number) => {
    for (let guess = 0; guess < times; guess += 1)
      await guesser.enter(page, username, `no ${guess}`)
  }

  test('of 50 guesses at once at most 5 are looked at, and all are answered alike', async () => {
    const username = await someone()
    const guesser = visitor(door)
    const page = await guesser.ask()
    const replies = await Promise.all(
      Array.from({ length: 50 }, (_, guess) => guesser.enter(page, username, `guess ${guess}`)),
    )
    expect(new Set(replies.map(({ status, html }) => `${status} ${html}`)).size).toBe(1)
    expect(await verifiedFor(username)).toBe(5)
    expect((await guesser.enter(page, username)).html).toBe(replies[0]?.html)
    expect(await verifiedFor(username)).toBe(5)
  })

  test('unknown, wrong, locked and disabled are one answer', async () => {
    const [wrong, locked, disabled] = [await someone(), await someone(), await someone()]
    await disableAccount(disabled, door.accounts)
    const guesser = visitor(door)
    const page = await guesser.ask()
    await fail(guesser, page, locked, 5)
    const answers = await Promise.all(
      [
        { username: 'nobody', password: PASSWORD },
        { username: wrong, password: 'wrong' },
        { username: locked, password: PASSWORD },
        { username: disabled, password: PASSWORD },
        { username: wrong, password: 'x'.repeat(5_000) },
      ].map(async ({ username, password }) => {
        const { status, html, headers } = await guesser.enter(page, username, password)
        const named = [...headers].filter(([name]) => name !== 'date' && name !== 'content-length')
        return JSON.stringify([status, html.replace(`value="${username}"`, ''), named])
      }),
    )
    expect(new Set(answers).size).toBe(1)
    expect(answers[0]).toContain('do not match')
  })

  test.for([
    { what: 'the account is disabled', change: disableAccount },
    {
      what: 'the password is changed',
      change: (username: string, world: Door['accounts']) =>
        setPassword(username, 'another one by now', world),
    },
  ])('nobody is signed in when $what while theirs is verified', async ({ change }) => {
    const username = await someone()
    const guesser = visitor(door)
    const page = await guesser.ask()
    meanwhile = () => change(username, door.accounts)
    const late = await guesser.enter(page, username)
    meanwhile = nothing
    expect([late.status, late.html.includes('do not match')]).toEqual([400, true])
    expect(late.headers.getSetCookie()).toEqual([])
    expect((await guesser.enter(page, username)).status).toBe(400)
  })

  test('of four who sign in at once while their hash is upgraded each is let in', async () => {
    const username = await someone()
    const { store, passwords, nowMs } = door.accounts
    const { uid = '' } = (await store.users.findByLogin(username)) ?? {}
    const older = await passwords.hash(PASSWORD, 'bcrypt')
    await store.users.setPassword(uid, older, Math.floor(nowMs / 1000))
    const replies = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const person = visitor(door)
        return person.enter(await person.ask(), username)
      }),
    )
    for (const reply of replies) expect(answerAt(reply)).toHaveProperty('code')
    expect((await store.users.find(uid))?.passwordHash).toMatch(/^\$argon2id\$/)
  })

  test('both names of an account share one counter, in any case', async () => {
    const username = await someone()
    const guesser = visitor(door)
    const page = await guesser.ask()
    for (const name of [username, `${username}@acme.example`, username.toUpperCase()])
      await fail(guesser, page, name, 2)
    expect((await guesser.enter(page, username)).status).toBe(400)
  })

  test('a success before the last begins the count again', async () => {
    const username = await someone()
    const guesser = visitor(door)
    for (let round = 0; round < 3; round += 1) {
      const page = await guesser.ask({ prompt: 'login' })
      await fail(guesser, page, username, 4)
      expect(answerAt(await guesser.enter(page, username))).toHaveProperty('code')
    }
  })

  test('a lock is over after a quarter of an hour, and not before', async () => {
    const username = await someone()
    const guesser = visitor(door)
    const page = await guesser.ask()
    await fail(guesser, page, username, 5)
    clock.forward(LOCKOUT - 1)
    expect((await guesser.enter(page, username)).status).toBe(400)
    clock.forward(1)
    expect(answerAt(await guesser.enter(page, username))).toHaveProperty('code')
  })

  test('a browser with a past success is not locked out by strangers, but by itself', async () => {
    const username = await someone()
    const [owner, stranger] = [visitor(door), visitor(door)]
    await owner.signIn({}, username)
    const page = await stranger.ask()
    await fail(stranger, page, username, 5)
    expect((await stranger.enter(page, username)).status).toBe(400)
    const again = await owner.ask({ prompt: 'login' })
    expect(answerAt(await owner.enter(again, username))).toHaveProperty('code')
    const last = await owner.ask({ prompt: 'login' })
    await fail(owner, last, username, 5)
    expect((await owner.enter(last, username)).status).toBe(400)
    clock.forward(LOCKOUT)
  })
})
