import { parseNetwork } from '../../base/network.ts'
import type { Finding, Rule } from './rule.ts'

export const trustedProxies: Rule = {
  code: 'TIDP3050',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Project'))
      for (const [index, network] of (item.document.spec?.trustedProxies ?? []).entries()) {
        if (parseNetwork(network) !== undefined) continue
        yield {
          item,
          path: ['spec', 'trustedProxies', index],
          message: network.endsWith('/0')
            ? `${network} would trust everybody`
            : `${network} is neither an address nor a network`,
          hint: 'write for instance 10.0.0.0/8, 192.0.2.7 or 2001:db8::/32',
        }
      }
  },
}

/** More than an operator has: most of them are strangers, and each could name any address as its own. */
const WIDEST = { ipv4: 8, ipv6: 16 }

export const wideProxies: Rule = {
  code: 'TIDP2070',
  severity: 'warning',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Project'))
      for (const [index, text] of (item.document.spec?.trustedProxies ?? []).entries()) {
        const network = parseNetwork(text)
        if (network === undefined || network.prefix >= WIDEST[network.family]) continue
        yield {
          item,
          path: ['spec', 'trustedProxies', index],
          message: `${text} trusts strangers to say where a request comes from`,
          hint: 'name the addresses of your own proxies',
        }
      }
  },
}
