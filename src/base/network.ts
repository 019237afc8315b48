import { isIP } from 'node:net'

/** An address, or a network of addresses. */
export interface Network {
  readonly address: string
  readonly family: 'ipv4' | 'ipv6'
  readonly prefix: number
}

/** `10.0.0.0/8`, `::1`. A prefix of nothing would be everybody, and is no network. */
export function parseNetwork(text: string): Network | undefined {
  const [, address = '', digits] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const version = isIP(address)
  const longest = version === 6 ? 128 : 32
  const prefix = digits === undefined ? longest : Number(digits)
  if (version === 0 || prefix < 1 || prefix > longest) return undefined
  return { address, family: version === 6 ? 'ipv6' : 'ipv4', prefix }
}
