import type { Json } from '../../base/json.ts'
import type { Graph } from '../graph.ts'
import { KIND_NAMES } from '../kinds.ts'
import type { Path } from '../locate.ts'
import type { Item } from '../schema.ts'
import type { Finding, Rule } from './rule.ts'

/** What well-known services make their secrets look like. */
const MARKED =
  /^(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{10,}|sk_(?:live|test)_\w{16,}|AKIA[A-Z0-9]{16}|AIza[\w-]{30,}|SG\.[\w-]{16,}\.[\w-]{16,}|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]+|AGE-SECRET-KEY-1[A-Z0-9]{50,})$|-----BEGIN [A-Z ]*PRIVATE KEY-----/

/** Public keys and their certificates are long and random, too; and where a literal may be, another rule looks. */
const NOT_HERE: ReadonlySet<unknown> = new Set([
  'jwks',
  'signedPlans',
  'secrets',
  'password',
  'cibaUserCode',
])

/** A secret is copied into the nearest field: a description, a label, a claim. */
export const looksSecret: Rule = {
  code: 'TIDP2009',
  severity: 'warning',
  *check(graph): Iterable<Finding> {
    for (const item of itemsOf(graph))
      for (const path of suspiciousIn(item.document as unknown as Json))
        yield {
          item,
          path,
          message: 'this text looks like a secret',
          hint: 'if it is one, take it out and replace it at its source: everybody with these files has it',
        }
  },
}

const itemsOf = (graph: Graph): readonly Item[] =>
  KIND_NAMES.flatMap((kind): readonly Item[] => graph.all(kind))

/** Every text of every document is looked at, and hardly one is worth a path. */
function suspiciousIn(value: Json): readonly Path[] {
  if (typeof value === 'string') return isSuspicious(value) ? [[]] : NONE
  if (value === null || typeof value !== 'object') return NONE
  const members = Array.isArray(value) ? value.entries() : Object.entries(value)
  let found = NONE
  for (const [step, member] of members)
    if (!NOT_HERE.has(step)) {
      const within = suspiciousIn(member)
      if (within.length > 0) found = [...found, ...within.map((path) => [step, ...path])]
    }
  return found
}

const NONE: readonly Path[] = []

const LEAST = 24

function isSuspicious(text: string): boolean {
  if (text.length < LEAST - 4) return false
  if (MARKED.test(text)) return true
  return /^[A-Za-z0-9+/_-]{24,}={0,2}$/.test(text) && isMixed(text) && entropy(text) > 4.3
}

const isMixed = (text: string): boolean =>
  /[a-z]/.test(text) && /[A-Z]/.test(text) && (text.match(/\d+/g) ?? []).length >= 3

/** Bits for each character (Shannon). Words of people have less than four. */
function entropy(text: string): number {
  const counts = [...Map.groupBy(text, (letter) => letter).values()].map(({ length }) => length)
  return counts.reduce(
    (sum, count) => sum - (count / text.length) * Math.log2(count / text.length),
    0,
  )
}
