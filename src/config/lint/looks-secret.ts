import { isJsonObject, type Json } from '../../base/json.ts'
import type { Graph } from '../graph.ts'
import { KIND_NAMES } from '../kinds.ts'
import type { Path } from '../locate.ts'
import type { Item } from '../schema.ts'
import type { Finding, Rule } from './rule.ts'

/** What well-known services make their secrets look like. */
const MARKED =
  /^(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{10,}|sk_(?:live|test)_\w{16,}|AKIA[A-Z0-9]{16}|AIza[\w-]{30,}|SG\.[\w-]{16,}\.[\w-]{16,}|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]+|AGE-SECRET-KEY-1[A-Z0-9]{50,})$|-----BEGIN [A-Z ]*PRIVATE KEY-----/

/** Public keys and their certificates are long and random, too; and where a literal may be, another rule looks. */
const NOT_HERE: ReadonlySet<string> = new Set([
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
      for (const { path, text } of textsIn(item.document as unknown as Json, []))
        if (isSuspicious(text))
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

function* textsIn(value: Json, path: Path): Iterable<{ path: Path; text: string }> {
  if (typeof value === 'string') yield { path, text: value }
  else if (Array.isArray(value))
    for (const [index, each] of value.entries()) yield* textsIn(each, [...path, index])
  else if (isJsonObject(value))
    for (const [name, each] of Object.entries(value))
      if (!NOT_HERE.has(name)) yield* textsIn(each, [...path, name])
}

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
