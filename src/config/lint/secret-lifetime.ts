import type { EpochSeconds } from '../../base/time.ts'
import { SECRET_LONG } from '../defaults.ts'
import { epochSeconds } from '../instant.ts'
import type { Item } from '../schema.ts'
import type { Finding, Rule } from './rule.ts'

/** Whoever got hold of it once can use it until somebody notices: an end is a date on which nobody has to. */
export const secretLifetime: Rule = {
  code: 'TIDP2091',
  severity: 'warning',
  isOfDate: true,
  *check(graph, now): Iterable<Finding> {
    if (graph.environment.document.spec.kind === 'dev') return
    for (const item of graph.all('Application'))
      if (item.document.spec.disabled !== true) yield* endless(item, now)
  },
}

const HINT = 'say expiresAt, and put the next one beside it in time: both work until then'

function* endless(item: Item<'Application'>, now: EpochSeconds | undefined): Iterable<Finding> {
  for (const [index, secret] of (item.document.spec.clientAuth?.secrets ?? []).entries()) {
    const { id, value, expiresAt } = secret
    // What is written out has to go in any case.
    if (typeof value === 'string') continue
    const path = ['spec', 'clientAuth', 'secrets', index]
    if (expiresAt === undefined)
      yield { item, path, message: `secret "${id}" has no end`, hint: HINT }
    else if (isFar(expiresAt, now))
      yield {
        item,
        path: [...path, 'expiresAt'],
        message: `secret "${id}" works for more than five years`,
        hint: HINT,
      }
  }
}

const isFar = (expiresAt: string, now: EpochSeconds | undefined): boolean =>
  now !== undefined && (epochSeconds(expiresAt) ?? 0) > now + SECRET_LONG
