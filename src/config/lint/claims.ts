import type { Json } from '../../base/json.ts'
import { SERVER_CLAIMS } from '../../model/claims.ts'
import { standardFormBroken } from '../../model/standard-claims.ts'
import type { Graph } from '../graph.ts'
import type { Path } from '../locate.ts'
import type { ClaimEntry } from '../normal/claims.ts'
import type { Item } from '../schema.ts'
import type { Finding, Rule } from './rule.ts'

const SOURCES = ['value', 'fromUser', 'roles', 'groups', 'permissions', 'template'] as const

interface Declared {
  readonly item: Item
  readonly path: Path
  readonly entry: ClaimEntry
  readonly before: readonly ClaimEntry[]
}

function* declaredClaims(graph: Graph): Iterable<Declared> {
  const items = [...graph.all('Tenant'), ...graph.all('Resource'), ...graph.all('Application')]
  for (const item of items) {
    const entries: readonly ClaimEntry[] = item.document.spec?.claims ?? []
    for (const [index, entry] of entries.entries())
      yield { item, path: ['spec', 'claims', index], entry, before: entries.slice(0, index) }
  }
}

/** A value comes from one place, or nobody can tell which. */
export const claimSource: Rule = {
  code: 'TIDP3041',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const { item, path, entry } of declaredClaims(graph)) {
      const used = SOURCES.filter((source) => entry[source] !== undefined)
      if (used.length === 1) continue
      yield {
        item,
        path: [...path, used[1] ?? 'name'],
        message:
          used.length === 0
            ? `the claim ${entry.name} has no source`
            : `the claim ${entry.name} has more than one source: ${used.join(', ')}`,
        hint: `write one of ${SOURCES.join(', ')}`,
      }
    }
  },
}

/** Of two declarations in one list, one would be silently without effect. */
export const claimTwice: Rule = {
  code: 'TIDP3042',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const { item, path, entry, before } of declaredClaims(graph))
      if (before.some(({ name }) => name === entry.name))
        yield {
          item,
          path: [...path, 'name'],
          message: `the claim ${entry.name} is declared twice`,
          hint: 'remove one of them',
        }
  },
}

/** OpenID Connect Core §5.1: what has another form is left out, so nobody would get it. */
export const standardClaim: Rule = {
  code: 'TIDP3040',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('User'))
      for (const [name, value] of Object.entries(item.document.spec.claims ?? {}))
        yield* formFinding(item, ['spec', 'claims', name], name, value)
    for (const { item, path, entry } of declaredClaims(graph))
      for (const [source, value] of samplesOf(entry))
        yield* formFinding(item, [...path, source], entry.name, value)
  },
}

/** What its source makes, as far as the documents tell. */
const samplesOf = ({
  value,
  roles,
  groups,
  permissions,
}: ClaimEntry): readonly [string, Json][] => [
  ...(value === undefined ? [] : [['value', value] satisfies [string, Json]]),
  ...(roles === undefined ? [] : [['roles', ['a role']] satisfies [string, Json]]),
  ...(groups === undefined ? [] : [['groups', ['a group']] satisfies [string, Json]]),
  ...(permissions === undefined ? [] : [['permissions', ['a word']] satisfies [string, Json]]),
]

function* formFinding(item: Item, path: Path, name: string, value: Json): Iterable<Finding> {
  const says = standardFormBroken(name, value)
  if (says !== undefined)
    yield {
      item,
      path,
      message: `the standard claim ${name} must be ${says}`,
      hint: 'what has another form is not given to anybody',
    }
}

/** What only the server may say: who signed, for whom, how, and what it has verified itself. */
export const declaredReservedClaim: Rule = {
  code: 'TIDP2060',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const { item, path, entry } of declaredClaims(graph))
      if (SERVER_CLAIMS.has(entry.name) || entry.name === 'email_verified')
        yield {
          item,
          path: [...path, 'name'],
          message: `the claim ${entry.name} is set by the server`,
          hint: 'choose another name, for instance in a namespace: https://acme.example/…',
        }
  },
}
