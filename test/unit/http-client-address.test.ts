import { describe, expect, test } from 'vitest'
import { parseNetwork } from '../../src/base/network.ts'
import { clientAddress } from '../../src/http/client-address.ts'
import { NO_PROXIES, proxiesAt } from '../../src/http/proxies.ts'

const networks = ['10.0.0.0/8', '::1', '2001:db8:ffff::/48'].flatMap(
  (text) => parseNetwork(text) ?? [],
)
const proxies = proxiesAt(networks)
const CLIENT = '203.0.113.9'

interface Row {
  readonly when: string
  readonly peer: string
  readonly xff?: string
  readonly forwarded?: string
  readonly is: string
}

const headers = ({ xff, forwarded }: Row) => ({
  ...(xff === undefined ? {} : { 'x-forwarded-for': xff }),
  ...(forwarded === undefined ? {} : { forwarded }),
})

describe('the address of a client', () => {
  test.for<Row>([
    { when: 'nothing is said', peer: '10.0.0.1', is: '10.0.0.1' },
    { when: 'a stranger speaks', peer: '192.0.2.1', xff: CLIENT, is: '192.0.2.1' },
    {
      when: 'a stranger speaks RFC 7239',
      peer: '192.0.2.1',
      forwarded: `for=${CLIENT}`,
      is: '192.0.2.1',
    },
    { when: 'a stranger names a proxy', peer: '192.0.2.1', xff: '10.0.0.1', is: '192.0.2.1' },
    { when: 'the proxy speaks', peer: '10.0.0.1', xff: CLIENT, is: CLIENT },
    { when: 'IPv4 comes over an IPv6 socket', peer: '::ffff:10.0.0.1', xff: CLIENT, is: CLIENT },
    {
      when: 'the client forged what stands left',
      peer: '10.0.0.1',
      xff: `1.2.3.4, ${CLIENT}`,
      is: CLIENT,
    },
    {
      when: 'it forged an address of ours',
      peer: '10.0.0.1',
      xff: `10.9.9.9, ${CLIENT}`,
      is: CLIENT,
    },
    { when: 'two proxies speak', peer: '::1', xff: `1.2.3.4, ${CLIENT}, 10.0.0.2`, is: CLIENT },
    { when: 'all are proxies', peer: '::1', xff: '10.0.0.3, 10.0.0.2', is: '10.0.0.3' },
    { when: 'a port is told', peer: '::1', xff: `${CLIENT}:4711`, is: CLIENT },
    { when: 'IPv6 is told', peer: '::1', xff: '2001:DB8::7', is: '2001:db8::7' },
    { when: 'IPv6 and a port are told', peer: '::1', xff: '[2001:db8::7]:80', is: '2001:db8::7' },
    { when: 'IPv4 is told as IPv6', peer: '::1', xff: `::ffff:${CLIENT}`, is: CLIENT },
    {
      when: 'Forwarded tells',
      peer: '::1',
      forwarded: `for=1.1.1.1, for=${CLIENT};proto=http`,
      is: CLIENT,
    },
    {
      when: 'Forwarded is quoted',
      peer: '::1',
      forwarded: 'proto=https; For="[2001:db8::7]:1"',
      is: '2001:db8::7',
    },
    {
      when: 'both tell the same',
      peer: '::1',
      xff: CLIENT,
      forwarded: `for=${CLIENT}`,
      is: CLIENT,
    },
    { when: 'one of two is forged', peer: '::1', xff: CLIENT, forwarded: 'for=1.2.3.4', is: '::1' },
    { when: 'it is no address', peer: '::1', xff: 'unknown', is: '::1' },
    { when: 'it is empty', peer: '::1', xff: '', is: '::1' },
    { when: 'it ends with a comma', peer: '::1', xff: `${CLIENT},`, is: '::1' },
    { when: 'it is almost an address', peer: '::1', xff: '203.0.113.999', is: '::1' },
    { when: 'it is hidden', peer: '::1', forwarded: 'for=_hidden', is: '::1' },
    { when: 'it is no Forwarded', peer: '::1', forwarded: CLIENT, is: '::1' },
    { when: 'garbage stands before a proxy', peer: '::1', xff: 'x, 10.0.0.2', is: '10.0.0.2' },
    {
      when: 'there is no end to it',
      peer: '::1',
      xff: Array(4000).fill('::1').join(','),
      is: '::1',
    },
    { when: 'the socket has a zone', peer: 'fe80::1%eth0', is: 'fe80::1' },
  ])('$is when $when', (row) => {
    expect(clientAddress(row.peer, headers(row), proxies)).toBe(row.is)
  })

  test('without proxies nobody is believed, and a socket that has gone has none', () => {
    expect(clientAddress('10.0.0.1', { 'x-forwarded-for': CLIENT }, NO_PROXIES)).toBe('10.0.0.1')
    expect(clientAddress(undefined, { 'x-forwarded-for': CLIENT }, proxies)).toBe('unknown')
  })
})

test.for([
  '',
  '10.0.0.0/0',
  '::/0',
  '10.0.0.0/33',
  '::1/129',
  '10.0.0',
  'localhost',
  '10.0.0.0/8/8',
  'fe80::1%eth0',
])('"%s" is no network', (text) => expect(parseNetwork(text)).toBeUndefined())
