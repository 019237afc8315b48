import type { RequestListener } from 'node:http'
import { createServer as createPlainServer } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { OutboundRequest } from '../../src/base/outbound.ts'
import type { OutboundPolicy } from '../../src/model/snapshot.ts'
import { type Address, isPublic } from '../../src/outbound/addresses.ts'
import { makeBudget } from '../../src/outbound/budget.ts'
import { type OutboundOptions, openOutbound } from '../../src/outbound/index.ts'
import { NOW } from '../support/builders.ts'
import { selfSigned } from '../support/certificate.ts'
import { noExceptions } from '../support/outbound.ts'

const tls = selfSigned(['partner.example', '127.0.0.1'])
const LOOPBACK: Address = { address: '127.0.0.1', family: 4 }
const PUBLIC: Address = { address: '93.184.215.14', family: 4 }

/** An https server of a partner; answers its port. */
async function partner(listener: RequestListener, isPlain = false): Promise<number> {
  const server = isPlain ? createPlainServer(listener) : createServer(tls, listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

type Change = Partial<OutboundOptions> & { readonly allowed?: Partial<OutboundPolicy> }

const outbound = ({ allowed = {}, ...change }: Change = {}) =>
  openOutbound({
    policy: () => ({ ...noExceptions, allow: ['partner.example'], ca: tls.cert, ...allowed }),
    clock: { milliseconds: () => NOW * 1000 },
    resolve: async () => [LOOPBACK],
    ...change,
  })

const get = (url: string, change: Partial<OutboundRequest> = {}): OutboundRequest => ({
  tenantUid: 'acme',
  purpose: 'client-keys',
  method: 'GET',
  url,
  ...change,
})

describe('what is public', () => {
  test.for([
    '1.1.1.1',
    '93.184.215.14',
    '2606:4700:4700::1111',
    '::ffff:1.1.1.1',
    '64:ff9b::1.1.1.1',
    '2002:101:101::1',
  ])('%s', (address) => {
    expect(isPublic({ address, family: address.includes(':') ? 6 : 4 })).toBe(true)
  })

  test.for([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.170',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.0.1',
    '198.18.0.1',
    '198.51.100.7',
    '203.0.113.7',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:169.254.169.254',
    '64:ff9b::10.0.0.1',
    '64:ff9b:1::1',
    '2002:7f00:1::1',
    '2002:a00:1::',
    '2001::1',
    '2001:db8::1',
    '3fff::1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
  ])('not %s', (address) => {
    expect(isPublic({ address, family: address.includes(':') ? 6 : 4 })).toBe(false)
  })
})

describe('refused before anything is sent', () => {
  const closed = () => outbound({ allowed: { allow: [] } })

  test.for([
    'https://127.0.0.1/keys',
    'https://127.1/keys',
    'https://2130706433/keys',
    'https://0177.0.0.1/keys',
    'https://0x7f.0.0.1/keys',
    'https://0x7f000001/keys',
    'https://\uFF11\uFF12\uFF17.0.0.1/keys',
    'https://[::1]/keys',
    'https://[::ffff:127.0.0.1]/keys',
    'https://[::ffff:a9fe:a9fe]/latest',
    'https://169.254.169.254/latest',
    'https://10.0.0.1:8443/keys',
    'http://partner.example/keys',
    'http://1.1.1.1/keys',
    'ftp://partner.example/keys',
    'file:///etc/passwd',
    'data:application/json,{}',
    'https://user:pass@partner.example/keys',
    'https://user@partner.example/keys',
    '//partner.example/keys',
    'keys.json',
    '',
  ])('%s', async (url) => {
    await expect(closed().send(get(url))).rejects.toMatchObject({ reason: 'refused' })
  })

  test.for<{ when: string; answers: readonly Address[] }>([
    { when: 'private', answers: [{ address: '10.0.0.1', family: 4 }] },
    { when: 'loopback', answers: [{ address: '::1', family: 6 }] },
    { when: 'public and private', answers: [PUBLIC, { address: '192.168.1.1', family: 4 }] },
    { when: 'v4-mapped private', answers: [{ address: '::ffff:10.0.0.1', family: 6 }] },
  ])('a name whose addresses are $when', async ({ answers }) => {
    const asked = outbound({ allowed: { allow: [] }, resolve: async () => answers })
    await expect(asked.send(get('https://partner.example/'))).rejects.toMatchObject({
      reason: 'refused',
    })
  })

  test.for([
    { allow: ['partner.example:8443'], url: 'https://partner.example/' },
    { allow: ['partner.example'], url: 'https://evil.partner.example/' },
    { allow: ['partner.example'], url: 'https://partner.example.evil.example/' },
    { allow: ['partner.example'], url: 'http://partner.example/' },
  ])('$allow does not allow $url', async ({ allow, url }) => {
    await expect(outbound({ allowed: { allow } }).send(get(url))).rejects.toMatchObject({
      reason: 'refused',
    })
  })
})

describe('what is sent', () => {
  test('goes to the address that was found, under the name that was asked for', async () => {
    const port = await partner((request, response) => {
      const { host, accept } = request.headers
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ host, accept }))
    })
    let asked = 0
    const resolve = async (): Promise<readonly Address[]> => {
      asked += 1
      return [LOOPBACK]
    }
    const url = `https://partner.example:${port}/keys?a=b`
    const headers = { accept: 'application/json', host: 'evil.example' }
    expect(await outbound({ resolve }).send(get(url, { headers }))).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: `{"host":"partner.example:${port}","accept":"application/json"}`,
    })
    expect(asked).toBe(1)
  })

  test('a POST has its body and its length', async () => {
    const port = await partner((request, response) => {
      request.pipe(response.setHeader('x-length', request.headers['content-length'] ?? ''))
    })
    const url = `https://partner.example:${port}/`
    const answer = await outbound().send(get(url, { method: 'POST', body: 'a=\u00E4' }))
    expect(answer).toMatchObject({ body: 'a=\u00E4', headers: { 'x-length': '4' } })
  })

  test('an allowed host may be an address with a port', async () => {
    const port = await partner((_, response) => response.end('here'))
    const sender = outbound({ allowed: { allow: [`127.0.0.1:${port}`] } })
    expect((await sender.send(get(`https://127.0.0.1:${port}/`))).body).toBe('here')
  })

  test('plain http to an allowed host, where the environment is for development', async () => {
    const port = await partner((_, response) => response.end('here'), true)
    const sender = outbound({ allowed: { allowsPlainHttp: true } })
    expect((await sender.send(get(`http://partner.example:${port}/`))).body).toBe('here')
    await expect(sender.send(get(`http://other.example:${port}/`))).rejects.toMatchObject({
      reason: 'refused',
    })
  })
})

describe('what may come back', () => {
  test('a redirect is an answer, and nobody follows it', async () => {
    const seen: (string | undefined)[] = []
    const port = await partner((request, response) => {
      seen.push(request.url)
      response.writeHead(302, { location: '/secret' }).end()
    })
    const answer = await outbound().send(get(`https://partner.example:${port}/`))
    expect(answer).toMatchObject({ status: 302, body: '' })
    expect(seen).toEqual(['/'])
  })

  test('no more than 256 KiB', async () => {
    const sizes = [256 * 1024, 256 * 1024 + 1]
    const port = await partner((request, response) => {
      response.end('x'.repeat(Number(request.url?.slice(1))))
    })
    const [whole, over] = sizes.map((size) =>
      outbound().send(get(`https://partner.example:${port}/${size}`)),
    )
    expect((await whole)?.body.length).toBe(256 * 1024)
    await expect(over).rejects.toMatchObject({ reason: 'too_large' })
  })

  const limits = { wholeMs: 150, maxBytes: 1024 }

  test.for<{ when: string; listener: RequestListener }>([
    { when: 'nothing', listener: () => undefined },
    {
      when: 'a body that never ends',
      listener: (_, response) => void response.write('x'),
    },
  ])('timeout with $when', async ({ listener }) => {
    const port = await partner(listener)
    const sent = outbound({ limits }).send(get(`https://partner.example:${port}/`))
    await expect(sent).rejects.toMatchObject({ reason: 'timeout' })
  })

  test('timeout while the name is looked up', async () => {
    const sender = outbound({ limits, resolve: () => new Promise(() => undefined) })
    await expect(sender.send(get('https://partner.example/'))).rejects.toMatchObject({
      reason: 'timeout',
    })
  })

  test('unreachable: nobody listens, the name is unknown, or the certificate is not trusted', async () => {
    const port = await partner((_, response) => response.end())
    const attempts = [
      outbound().send(get('https://partner.example:1/')),
      outbound({ resolve: () => Promise.reject(new Error('ENOTFOUND')) }).send(
        get('https://partner.example/'),
      ),
      outbound({ allowed: { ca: undefined } }).send(get(`https://partner.example:${port}/`)),
      outbound({ allowed: { allow: ['other.example'] } }).send(
        get(`https://other.example:${port}/`),
      ),
    ]
    const outcomes = await Promise.allSettled(attempts)
    expect(outcomes.map((each) => each.status === 'rejected' && each.reason.reason)).toEqual(
      Array(4).fill('unreachable'),
    )
  })
})

describe('budget of a tenant', () => {
  test('a burst, then so many a second, and nobody else pays', () => {
    const budget = makeBudget()
    const spent = (tenantUid: string, at: number, times: number) =>
      Array.from({ length: times }, () =>
        budget.spend({ tenantUid, purpose: 'client-keys' }, at),
      ).filter(Boolean).length
    expect(spent('acme', 0, 100)).toBe(60)
    expect(spent('other', 0, 1)).toBe(1)
    expect(spent('acme', 1000, 100)).toBe(10)
    expect(spent('acme', 1_000_000, 100)).toBe(60)
    expect(spent('acme', 999_000, 1)).toBe(0)
  })

  test('ends in a refusal of its own', async () => {
    const sender = outbound({ allowed: { allow: [] } })
    const reasons = []
    for (let count = 0; count < 61; count += 1)
      reasons.push(await sender.send(get('x')).catch(({ reason }) => reason))
    expect(reasons.slice(-2)).toEqual(['refused', 'budget'])
  })

  test('for one purpose is spent on no other', async () => {
    const sender = outbound({ allowed: { allow: [] } })
    const reason = (purpose: OutboundRequest['purpose']) =>
      sender.send(get('x', { purpose })).catch(({ reason }) => reason)
    for (let count = 0; count < 60; count += 1) await reason('client-keys')
    expect(await reason('client-keys')).toBe('budget')
    for (const purpose of ['backchannel-logout', 'ciba-ping', 'ciba-notice'] as const)
      expect(await reason(purpose), purpose).toBe('refused')
  })
})
