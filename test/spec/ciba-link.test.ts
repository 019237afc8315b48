import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Log } from '../../src/base/log.ts'
import { asking } from '../support/asking.ts'
import { type Door, movableClock, openDoor } from '../support/door.ts'
import { everyRow } from '../support/every-row.ts'
import { times } from '../support/rows.ts'
import { stores } from '../support/stores.ts'
import { visitor } from '../support/visitor.ts'

describe.each(stores)('the approval link (security rule 18) on $name', (engine) => {
  let door: Door
  const clock = movableClock()
  const links: string[] = []
  const log: Log = {
    info: (_, fields) => {
      if (typeof fields?.link === 'string') links.push(fields.link)
    },
    warn: () => {},
    error: () => {},
  }
  beforeAll(async () => {
    door = await openDoor({ engine, clock, log })
  })
  afterAll(() => door.close())

  async function asked(change = {}) {
    clock.forward(200)
    const bank = asking(door)
    const id = await bank.ask(change)
    return { id, link: links.at(-1) ?? '', poll: async () => (await bank.poll(id)).body }
  }

  async function signedIn(username = 'alice') {
    const person = visitor(door)
    await person.signIn({}, username)
    return person
  }

  test('leads to the page of exactly this request, and answers nothing by itself', async () => {
    const other = asking(door)
    await other.ask({ binding_message: 'another' })
    const { link, poll } = await asked({ binding_message: 'this one' })
    expect(link).toMatch(/\/acme\/ciba\/approve\?token=[\w-]{43}$/)
    const person = await signedIn()
    const page = await person.agent.open(link)
    expect(page.url.pathname).toBe('/acme/ciba')
    expect(page.url.href).not.toContain('token')
    expect(page.html).toContain('this one')
    expect(page.html).not.toContain('another')
    expect(await poll()).toMatchObject({ error: 'authorization_pending' })
    expect((await person.press(page, 'allow')).html).toContain('You allowed it')
    expect(await poll()).toMatchObject({ token_type: 'Bearer' })
  })

  test('leads whoever is not signed in to sign in first', async () => {
    const { link } = await asked()
    const { agent } = visitor(door)
    const login = await agent.open(link)
    expect(login.url.pathname).toBe('/acme/login')
    const credentials = { username: 'alice', password: 'wonderland', action: 'sign-in' }
    expect((await agent.submit(login, credentials)).html).toContain('Bank asks for your approval')
  })

  test('is written nowhere, not even while somebody signs in on the way to it', async () => {
    const { link } = await asked()
    const { agent } = visitor(door)
    const login = await agent.open(link)
    const written = await everyRow(door.databaseUrl)
    expect(written).toContain('sealedReturnTo')
    expect(written).not.toContain(new URL(link).searchParams.get('token'))
    const credentials = { username: 'alice', password: 'wonderland', action: 'sign-in' }
    expect((await agent.submit(login, credentials)).status).toBe(200)
    expect(await everyRow(door.databaseUrl)).not.toContain(new URL(link).searchParams.get('token'))
  })

  test('opens once', async () => {
    const { link } = await asked()
    const person = await signedIn()
    const opened = await times(20, () => person.fetch(link))
    expect(opened.filter(({ status }) => status === 303)).toHaveLength(1)
    expect(opened.filter(({ status }) => status === 400)).toHaveLength(19)
  })

  test('is not opened by who only asks for its headers (RFC 9110 §9.2.1)', async () => {
    const { link } = await asked()
    const person = await signedIn()
    const head = await person.fetch(link, { method: 'HEAD' })
    expect([head.status, head.headers.get('allow')]).toEqual([405, 'GET'])
    expect((await person.fetch(link)).status).toBe(303)
  })

  test('opens nothing for somebody else, and stays theirs to open', async () => {
    const { link } = await asked()
    const bob = await signedIn('bob')
    const refused = await bob.agent.open(link)
    expect(refused.status).toBe(400)
    expect(refused.html).not.toContain('Bank')
    expect((await (await signedIn()).fetch(link)).status).toBe(303)
  })

  test.for([
    { when: 'the request has ended', forward: 120 },
    { when: 'its own time is over', forward: 300 },
  ])('opens nothing when $when', async ({ forward }) => {
    const { link } = await asked()
    clock.forward(forward)
    expect((await (await signedIn()).fetch(link)).status).toBe(400)
  })

  test('a link that was made up opens nothing', async () => {
    const person = await signedIn()
    for (const query of ['', '?token=', `?token=${'x'.repeat(43)}`])
      expect((await person.fetch(`${door.issuer}/ciba/approve${query}`)).status).toBe(400)
  })

  describe('the test hook (C7)', () => {
    const hook = (query: string, body = '', tenant = 'acme') =>
      fetch(`${door.origin}/${tenant}/ciba/hook${query}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body,
      })

    test.for([
      { action: 'allow', answer: { token_type: 'Bearer' } },
      { action: 'deny', answer: { error: 'access_denied' } },
    ])('$action', async ({ action, answer }) => {
      const { id, poll } = await asked()
      expect((await hook(`?auth_req_id=${id}&action=${action}`)).status).toBe(200)
      expect(await poll()).toMatchObject(answer)
      expect((await hook('', `auth_req_id=${id}&action=${action}`)).status).toBe(400)
    })

    test('takes no other action and no other request', async () => {
      const { id, poll } = await asked()
      expect((await hook(`?auth_req_id=${id}&action=maybe`)).status).toBe(400)
      expect((await hook(`?auth_req_id=${'x'.repeat(51)}&action=allow`)).status).toBe(400)
      expect(await poll()).toMatchObject({ error: 'authorization_pending' })
    })

    test('does not exist where the tenant has none', async () => {
      expect((await hook('?auth_req_id=x&action=allow', '', 'other')).status).toBe(404)
    })
  })
})
