import { lookup, Resolver } from 'node:dns/promises'
import type { Resolve } from './destination.ts'

/**
 * The operator's own hosts are found as this machine finds them. All others by the DNS alone, which
 * needs no thread: a slow name server of a stranger must not hold up signatures and passwords.
 */
export const systemResolve: Resolve = async (host, isOwn) => {
  if (isOwn)
    return (await lookup(host, { all: true })).map(({ address, family }) => ({
      address,
      family: family === 6 ? 6 : 4,
    }))
  const resolver = new Resolver({ timeout: 1000, tries: 1 })
  const [v4, v6] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
  if (v4.status === 'rejected' && v6.status === 'rejected') throw v4.reason
  return [
    ...(v4.status === 'fulfilled' ? v4.value : []).map((address) => ({
      address,
      family: 4 as const,
    })),
    ...(v6.status === 'fulfilled' ? v6.value : []).map((address) => ({
      address,
      family: 6 as const,
    })),
  ]
}
