import type { EpochSeconds } from '../../base/time.ts'
import { SECRET_NOTICE } from '../defaults.ts'
import { epochSeconds } from '../instant.ts'
import type { Item } from '../schema.ts'
import type { Finding, Rule } from './rule.ts'

/** A second one that works for longer makes an end harmless, so that is quiet until the first has ended. */
export const secretEnd: Rule = {
  code: 'TIDP2080',
  severity: 'warning',
  isOfDate: true,
  *check(graph, now): Iterable<Finding> {
    if (now === undefined) return
    for (const item of graph.all('Application'))
      if (item.document.spec.disabled !== true) yield* endings(item, now)
  },
}

interface Ending {
  readonly id: string
  readonly written: string | undefined
  readonly at: EpochSeconds
  readonly path: Finding['path']
}

function* endings(item: Item<'Application'>, now: EpochSeconds): Iterable<Finding> {
  const secrets = endsOf(item)
  const last = secrets.reduce<Ending | undefined>(
    (latest, each) => (latest === undefined || each.at > latest.at ? each : latest),
    undefined,
  )
  if (last === undefined) return
  const { name } = item.document.metadata
  if (last.at < now + SECRET_NOTICE) {
    yield {
      item,
      path: last.path,
      message: `the last secret of "${name}" ${last.at > now ? 'ends' : 'ended'} at ${last.written}`,
      hint: 'add one with another id beside it, and let the application move over to that',
    }
  }
  for (const { id, at, written, path } of secrets)
    if (at <= now && id !== last.id)
      yield {
        item,
        path,
        message: `secret "${id}" ended at ${written}`,
        hint: 'remove it',
      }
}

/** Without an end it works for ever. What is no date is told elsewhere. */
const endsOf = (item: Item<'Application'>): readonly Ending[] =>
  (item.document.spec.clientAuth?.secrets ?? []).map(({ id, expiresAt }, index) => ({
    id,
    written: expiresAt,
    at: expiresAt === undefined ? Infinity : (epochSeconds(expiresAt) ?? Infinity),
    path: [
      'spec',
      'clientAuth',
      'secrets',
      index,
      ...(expiresAt === undefined ? [] : ['expiresAt']),
    ],
  }))
