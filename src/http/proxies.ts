import { BlockList, isIPv6 } from 'node:net'
import type { Network } from '../base/network.ts'

/** The proxies in front of us whose word about the client counts. */
export interface Proxies {
  readonly areAny: boolean
  trusts(address: string): boolean
}

export const NO_PROXIES: Proxies = { areAny: false, trusts: () => false }

export function proxiesAt(networks: readonly Network[]): Proxies {
  if (networks.length === 0) return NO_PROXIES
  const list = new BlockList()
  for (const { address, prefix, family } of networks) list.addSubnet(address, prefix, family)
  return {
    areAny: true,
    trusts: (address) => list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4'),
  }
}
