import { afterEach, describe, expect, test } from 'vitest'
import type { Log } from '../../src/base/log.ts'
import { parseNetwork } from '../../src/base/network.ts'
import { proxiesAt } from '../../src/http/proxies.ts'
import { type Door, movableClock, openDoor } from '../support/door.ts'
import { basic, type Form } from '../support/provider.ts'
import { stores } from '../support/stores.ts'
import { visitor } from '../support/visitor.ts'

const LIMITS = { signIn: 3, pages: 20, unproven: 3, documents: 20 }
const MACHINE = { grant_type: 'client_credentials', resource: 'https://api.acme.example' }

/** security.md rule 20; reference systems T-37, A-16, B-23. */
describe.each(stores)('rate limits on $name', (engine) => {
  let door: Door
  const lines: { level: string; message: string; fields: Record<string, unknown> }[] = []
  const clock = movableClock()
  afterEach(() => door.close())

  const open = async (trusted: readonly string[] = ['127.0.0.1']) => {
    lines.length = 0
    const note = (level: string) => (message: string, fields?: object) =>
      void lines.push({ level, message, fields: { ...fields } })
    const log: Log = { info: note('info'), warn: note('warn'), error: note('error') }
    const proxies = proxiesAt(trusted.flatMap((text) => parseNetwork(text) ?? []))
    door = await openDoor({ engine, clock, log, proxies, rateLimits: LIMITS })
  }

  interface From {
    readonly address?: string
    readonly tenant?: string
    readonly headers?: Form
  }

  const post = (path: string, form: Form, { address, tenant, headers }: From = {}) =>
    fetch(`${door.origin}/${tenant ?? 'acme'}${path}`, {
      method: 'POST',
      headers: { ...headers, ...(address && { 'x-forwarded-for': address }) },
      body: new URLSearchParams(form),
    })
  const guess = (from: From = {}) =>
    post('/token', { ...MACHINE, client_id: 'own', client_secret: 'guess' }, from)
  const statuses = async (times: number, work: () => Promise<Response>) => {
    const seen: number[] = []
    for (let time = 0; time < times; time += 1) seen.push((await work()).status)
    return seen
  }

  test('failures use up an address; the answer says when to come back', async () => {
    await open()
    expect(await statuses(4, guess)).toEqual([401, 401, 401, 429])
    const refused = await guess({ headers: { origin: 'https://spa.example' } })
    expect(refused.headers.get('retry-after')).toBe('20')
    expect(refused.headers.get('access-control-allow-origin')).toBe('https://spa.example')
    expect(await refused.json()).toMatchObject({ error: 'temporarily_unavailable' })
    clock.forward(20)
    expect(await statuses(2, guess)).toEqual([401, 429])
  })

  test('nobody spends the budget of another address, network, tenant or kind', async () => {
    await open()
    await statuses(4, () => guess({ address: '2001:db8:1:1::1' }))
    expect((await guess({ address: '2001:db8:1:1:ffff::2' })).status).toBe(429)
    for (const from of [
      { address: '2001:db8:1:2::1' },
      { address: '192.0.2.1' },
      { address: '2001:db8:1:1::1', tenant: 'other' },
    ])
      expect((await guess(from)).status, JSON.stringify(from)).toBe(401)
    const page = await fetch(`${door.issuer}/authorize`, {
      headers: { 'x-forwarded-for': '2001:db8:1:1::1' },
    })
    expect(page.status).toBe(400)
  })

  test('a client id that anybody can say is nobody else’s loss', async () => {
    await open()
    await statuses(5, () => guess({ address: '192.0.2.1' }))
    const right = await post('/token', MACHINE, { address: '192.0.2.2', headers: basic('own') })
    expect(right.status).toBe(200)
  })

  test('guesses at API tokens use up an address, although they are no POST', async () => {
    await open()
    const headers = { authorization: `Bearer ${'A'.repeat(51)}` }
    const guessed = () => fetch(`${door.issuer}/keyinfo`, { headers })
    expect(await statuses(4, guessed)).toEqual([401, 401, 401, 429])
  })

  test('a stranger gains nothing by naming other addresses', async () => {
    await open([])
    const names = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4', '192.0.2.5']
    const seen = await statuses(5, () => guess({ address: names.pop() ?? '' }))
    expect(seen).toEqual([401, 401, 401, 429, 429])
  })

  test('whoever proves who it is pays nothing, even when it errs', async () => {
    await open()
    const own = { headers: basic('own') }
    expect(await statuses(8, () => post('/token', MACHINE, own))).toEqual(Array(8).fill(200))
    const broken = { grant_type: 'authorization_code', code: 'x' }
    expect(await statuses(8, () => post('/token', broken, own))).toEqual(Array(8).fill(400))
    expect(await statuses(8, () => post('/introspect', { token: 'x' }, own))).toEqual(
      Array(8).fill(200),
    )
  })

  describe('where a client proved who it is', () => {
    const own = { headers: basic('own') }
    const asOwn = (from: From = {}) => post('/token', MACHINE, { ...own, ...from })
    const stranger = (from: From = {}) =>
      post('/token', { ...MACHINE, client_id: 'batch', client_secret: 'guess' }, from)

    test('it is not refused for what strangers at its address fail at', async () => {
      await open()
      expect((await asOwn()).status).toBe(200)
      expect(await statuses(5, stranger)).toEqual([401, 401, 401, 429, 429])
      expect(await statuses(8, asOwn)).toEqual(Array(8).fill(200))
      const form = { token: 'x', client_id: 'own', client_secret: 'secret' }
      expect((await post('/introspect', form)).status).not.toBe(429)
      expect(await statuses(2, stranger)).toEqual([429, 429])
    })

    test('its name buys strangers one budget more, and no other name any', async () => {
      await open()
      await asOwn()
      await statuses(4, stranger)
      expect(await statuses(5, guess)).toEqual([401, 401, 401, 429, 429])
      expect((await asOwn()).status).toBe(429)
      for (const form of [{}, { client_id: ['own', 'own'] }, { client_assertion: 'x' }]) {
        const pairs = Object.entries(form).flatMap(([name, value]) =>
          [value].flat().map((each) => [name, each]),
        )
        const body = new URLSearchParams([...Object.entries(MACHINE), ...pairs] as string[][])
        const answer = await fetch(`${door.issuer}/token`, { method: 'POST', body })
        expect(answer.status).toBe(429)
      }
      clock.forward(20)
      expect((await asOwn()).status).toBe(200)
    })

    test('it is a stranger at other addresses, in other tenants and a day later', async () => {
      await open()
      await asOwn()
      for (const from of [{ address: '192.0.2.1' }, { tenant: 'other' }]) {
        await statuses(3, () => stranger(from))
        expect((await asOwn(from)).status, JSON.stringify(from)).toBe(429)
      }
      clock.forward(86_400)
      await statuses(3, stranger)
      expect((await asOwn()).status).toBe(429)
    })
  })

  test.for([
    {
      who: 'a public client that guesses codes',
      path: '/token',
      form: { grant_type: 'authorization_code', code: 'x' },
      status: 400,
    },
    {
      who: 'a public client that revokes what it never had',
      path: '/revoke',
      form: { token: 'x' },
      status: 200,
    },
    {
      who: 'whoever shows a token that is none',
      path: '/userinfo',
      form: { access_token: 'x' },
      status: 401,
    },
  ] as const)('$who pays', async ({ path, form, status }) => {
    await open()
    const seen = await statuses(4, () => post(path, { client_id: 'spa', ...form }))
    expect(seen).toEqual([status, status, status, 429])
  })

  test('few passwords may be tried from one address, whatever the account', async () => {
    await open()
    const guesser = visitor(door)
    let page = await guesser.ask()
    for (const username of ['alice', 'bob', 'carol']) {
      page = await guesser.enter(page, username, 'guess')
      expect(page.status).not.toBe(429)
    }
    const refused = await guesser.enter(page, 'dave', 'guess')
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('20')
    expect(refused.headers.get('content-type')).toContain('text/html')
    const [, reference = ''] = /<code>([^<]+)<\/code>/.exec(refused.html) ?? []
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'warn', fields: expect.objectContaining({ reference }) }),
    )
    // Pages are another budget: who has signed in goes on.
    expect((await visitor(door).ask()).status).toBe(200)
  })

  test.for([
    '/authorize',
    '/logout',
    '/.well-known/openid-configuration',
    '/jwks.json',
    '/nowhere',
  ])('GET %s has its end, too', async (path) => {
    await open()
    const seen = await statuses(21, () => fetch(`${door.issuer}${path}`))
    expect(seen[19]).not.toBe(429)
    expect(seen[20]).toBe(429)
  })

  test('one line of the log a minute and budget, with the reference that the pages show', async () => {
    await open()
    await statuses(40, () => fetch(`${door.issuer}/logout`))
    const told = () => lines.filter(({ level }) => level === 'warn')
    expect(told()).toMatchObject([
      { fields: { tenant: 'acme', clientAddress: '127.0.0.1', budget: 'pages' } },
    ])
    const page = await (await fetch(`${door.issuer}/logout`)).text()
    expect(page).toContain(String(told()[0]?.fields.reference))
    clock.forward(61)
    await statuses(40, () => fetch(`${door.issuer}/logout`))
    expect(told()).toHaveLength(2)
  })
})
