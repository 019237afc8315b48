import { APPLICATION } from '../defaults.ts'
import { seconds } from '../duration.ts'
import type { Path } from '../locate.ts'
import type { Item } from '../schema.ts'
import type { Finding, Rule } from './rule.ts'

const HOUR = 3600
const MONTH = 30 * 86_400

const isLonger = (ttl: string | undefined, limit: number): boolean =>
  ttl !== undefined && seconds(ttl) > limit

/** A JWT is accepted until it ends, whatever happened since. */
export const accessLifetime: Rule = {
  code: 'TIDP2020',
  severity: 'warning',
  *check(graph): Iterable<Finding> {
    const message = 'access tokens live longer than an hour'
    const hint = 'keep it short and let the application use a refresh token'
    for (const item of graph.all('Application'))
      if (isLonger(item.document.spec.tokens?.access?.ttl, HOUR))
        yield { item, path: ['spec', 'tokens', 'access', 'ttl'], message, hint }
    for (const item of graph.all('Resource'))
      if (isLonger(item.document.spec.tokens?.ttl, HOUR))
        yield { item, path: ['spec', 'tokens', 'ttl'], message, hint }
  },
}

export const refreshLifetime: Rule = {
  code: 'TIDP2021',
  severity: 'warning',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application'))
      if (isLonger(item.document.spec.tokens?.refresh?.ttl, MONTH))
        yield {
          item,
          path: ['spec', 'tokens', 'refresh', 'ttl'],
          message: 'refresh tokens live longer than 30 days',
          hint: `the default is ${APPLICATION.refresh.ttl}`,
        }
  },
}

/** A lifetime of nothing would issue what nobody accepts. */
export const zeroLifetime: Rule = {
  code: 'TIDP3013',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    const items = [...graph.all('Resource'), ...graph.all('Application'), ...graph.all('Tenant')]
    for (const item of items)
      for (const [path, length] of lengthsOf(item))
        if (length !== undefined && seconds(length) === 0)
          yield { item, path, message: 'a lifetime of zero would issue what is never valid' }
  },
}

type Length = readonly [Path, string | undefined]

function lengthsOf(item: Item<'Resource' | 'Application' | 'Tenant'>): readonly Length[] {
  if (item.kind === 'Resource') return [[['spec', 'tokens', 'ttl'], item.document.spec.tokens?.ttl]]
  if (item.kind === 'Tenant') {
    const session = Object.entries(item.document.spec?.session ?? {})
    return session.map(([name, length]): Length => [['spec', 'session', name], length])
  }
  const { tokens = {}, ciba } = item.document.spec
  const { access, id, code, refresh } = tokens
  const ttls = Object.entries({ access, id, code, refresh })
  return [
    ...ttls.map(([kind, token]): Length => [['spec', 'tokens', kind, 'ttl'], token?.ttl]),
    [['spec', 'tokens', 'refresh', 'idle'], refresh?.idle],
    [['spec', 'ciba', 'ttl'], ciba?.ttl],
    [['spec', 'ciba', 'interval'], ciba?.interval],
    [['spec', 'device', 'ttl'], item.document.spec.device?.ttl],
  ]
}
