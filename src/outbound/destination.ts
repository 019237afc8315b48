import { isIP } from 'node:net'
import { OutboundError } from '../base/outbound.ts'
import type { OutboundPolicy } from '../model/snapshot.ts'
import { type Address, isPublic } from './addresses.ts'

/** Finds the addresses of a host. `isOwn`: the operator named the host, and may mean one that only this machine knows. */
export type Resolve = (host: string, isOwn: boolean) => Promise<readonly Address[]>

export interface Destination {
  readonly url: URL
  /** Without the brackets of an IPv6 literal. */
  readonly host: string
  /** Named by the operator: may be anywhere. */
  readonly isAllowed: boolean
}

export function destinationOf(text: string, policy: OutboundPolicy): Destination {
  // The parser settles every other spelling of an address: decimal, octal, hexadecimal, shortened.
  const url = URL.parse(text)
  if (url === null) throw refused('it is not an absolute URL')
  if (url.username !== '' || url.password !== '') throw refused('it holds credentials')
  const isAllowed = isListed(url, policy.allow)
  const mayBePlain = isAllowed && policy.allowsPlainHttp
  if (url.protocol !== 'https:' && !(mayBePlain && url.protocol === 'http:'))
    throw refused('it is not https')
  return { url, host: url.hostname.replace(/^\[|\]$/g, ''), isAllowed }
}

/** Asked once: whoever connects uses these addresses, so that a second answer of the DNS changes nothing. */
export async function addressesOf(
  { host, isAllowed }: Destination,
  resolve: Resolve,
): Promise<readonly Address[]> {
  const addresses = literal(host) ?? (await resolve(host, isAllowed))
  if (addresses.length === 0) throw new OutboundError('unreachable', 'the host has no address')
  // One that is not public among others that are is how rebinding begins.
  if (!isAllowed && !addresses.every(isPublic))
    throw refused('it leads to an address that is not public')
  return addresses
}

function literal(host: string): readonly Address[] | undefined {
  const family = isIP(host)
  return family === 4 || family === 6 ? [{ address: host, family }] : undefined
}

/** An entry is a host, or a host and a port. */
function isListed({ hostname, port, protocol }: URL, allow: readonly string[]): boolean {
  const settled = port === '' ? (protocol === 'http:' ? '80' : '443') : port
  return allow.some((entry) => {
    const name = entry.toLowerCase()
    return name === hostname || name === `${hostname}:${settled}`
  })
}

const refused = (why: string): OutboundError =>
  new OutboundError('refused', `the URL may not be called: ${why}`)
