import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'
import type { Proxies } from './proxies.ts'

/** What is said where the socket has gone already. */
const GONE = 'unknown'

/** More proxies than this stand before nobody. */
const MAX_HOPS = 32

/**
 * Whose request this is: the socket's other end, unless that is a trusted proxy that says whom it
 * speaks for. Then the right-most address that is no trusted proxy: what stands left of it is hearsay.
 */
export function clientAddress(
  remote: string | undefined,
  headers: IncomingHttpHeaders,
  proxies: Proxies,
): string {
  const peer = plainAddress(remote ?? '')
  if (peer === undefined) return GONE
  if (!proxies.areAny || !proxies.trusts(peer)) return peer
  const stated = [forwardedFor(headers), forwarded(headers)]
    .filter((hops) => hops !== undefined)
    .map((hops) => walk(peer, hops, proxies))
  const [one = peer, other = one] = stated
  // A proxy writes one of the two headers and may let the other pass: if they disagree, one is forged.
  return one === other ? one : peer
}

/** From the nearest hop on, for as long as a trusted proxy speaks. */
function walk(peer: string, hops: readonly string[], proxies: Proxies): string {
  let nearest = peer
  for (const hop of hops.toReversed().slice(0, MAX_HOPS)) {
    const address = addressOf(hop)
    if (address === undefined) return nearest
    nearest = address
    if (!proxies.trusts(address)) return address
  }
  return nearest
}

function forwardedFor(headers: IncomingHttpHeaders): readonly string[] | undefined {
  return headers['x-forwarded-for']?.toString().split(',')
}

/** RFC 7239 §4. A hop that does not say whom it speaks for says nothing that counts. */
function forwarded({ forwarded: header }: IncomingHttpHeaders): readonly string[] | undefined {
  return header?.split(',').map((hop) => {
    const [, value = ''] = /(?:^|;)\s*for=("[^"]*"|[^;"\s]*)\s*(?:;|$)/i.exec(hop.trim()) ?? []
    return value.replaceAll('"', '')
  })
}

/** With or without a port: `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]:4711`. */
function addressOf(text: string): string | undefined {
  const [, bracketed, host] =
    /^(?:\[([0-9a-f:.]+)\]|([0-9.]+))(?::\d{1,5})?$/i.exec(text.trim()) ?? []
  return plainAddress(bracketed ?? host ?? text.trim())
}

/** Without a zone, and without the mantle that IPv4 wears on a socket for both. */
export function plainAddress(address: string): string | undefined {
  const [bare = ''] = address.split('%', 1)
  if (isIP(bare) === 0) return undefined
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1] ?? bare.toLowerCase()
}
