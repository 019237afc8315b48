import { BlockList } from 'node:net'

/** What is not public unicast (IANA special-purpose registry, RFC 6890), and multicast. */
const NOT_PUBLIC: readonly (readonly [network: string, bits: number])[] = [
  ['0.0.0.0', 8], // this host
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // carrier-grade NAT
  ['127.0.0.0', 8], // loopback
  ['169.254.0.0', 16], // link-local, where clouds tell their secrets
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocol assignments
  ['192.0.2.0', 24], // documentation
  ['192.88.99.0', 24], // 6to4 relays
  ['192.168.0.0', 16], // private
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, broadcast
]

/** Of 2000::/3. What lies outside it is not global unicast. */
const NOT_PUBLIC_6: readonly (readonly [network: string, bits: number])[] = [
  ['2001::', 23], // protocol assignments, Teredo among them
  ['2001:db8::', 32], // documentation
  ['3fff::', 20], // documentation
]

const refused = new BlockList()
const global6 = new BlockList()
global6.addSubnet('2000::', 3, 'ipv6')
global6.addSubnet('64:ff9b::', 96, 'ipv6')
global6.addSubnet('::ffff:0:0', 96, 'ipv6')

for (const [network, bits] of NOT_PUBLIC_6) refused.addSubnet(network, bits, 'ipv6')
for (const [network, bits] of NOT_PUBLIC) {
  refused.addSubnet(network, bits, 'ipv4')
  // The same hosts by another name: v4-mapped, NAT64 (RFC 6052) and 6to4 (RFC 3056).
  refused.addSubnet(`::ffff:${network}`, 96 + bits, 'ipv6')
  refused.addSubnet(`64:ff9b::${network}`, 96 + bits, 'ipv6')
  refused.addSubnet(`2002:${hextets(network)}::`, 16 + bits, 'ipv6')
}

function hextets(address: string): string {
  const hex = Buffer.from(address.split('.').map(Number)).toString('hex')
  return `${hex.slice(0, 4)}:${hex.slice(4)}`
}

export interface Address {
  readonly address: string
  readonly family: 4 | 6
}

/** Whether it names one host on the public internet, whichever way it is spelt. */
export function isPublic({ address, family }: Address): boolean {
  if (family === 4) return !refused.check(address, 'ipv4')
  // A zone id names an interface of this machine.
  if (address.includes('%')) return false
  return global6.check(address, 'ipv6') && !refused.check(address, 'ipv6')
}
