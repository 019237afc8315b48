import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
} from 'yaml'
import type { Diagnostic } from '../base/diagnostic.ts'
import { type Code, diagnostic } from './codes.ts'
import type { PlaceOf } from './locate.ts'

const MAX_DEPTH = 64
const MAX_NODES = 100_000
const FORBIDDEN_KEYS: ReadonlySet<unknown> = new Set(['__proto__', 'constructor', 'prototype'])

/** A map with this key stands for the text of a file. */
export const TEXT_FROM = 'textFrom'

const isPlaceholder = (value: unknown): boolean => typeof value === 'string' && value.includes('${')

interface Walk {
  readonly document: Document
  /** Nodes below each anchor, its aliases counted as often as they would be expanded. */
  readonly weights: Map<Node, number>
  readonly open: Set<Node>
  /** Something that stands for something else was met. */
  notePlaceholder(): void
  report(code: Code, node: unknown, message: string, hint?: string): void
}

export interface Inspection {
  readonly diagnostics: readonly Diagnostic[]
  readonly hasPlaceholders: boolean
}

/** What is valid YAML and still cannot be taken: too deep, too large, inexact, or dangerous. */
export function inspect(document: Document, placeOf: PlaceOf): Inspection {
  const found: Diagnostic[] = []
  let hasPlaceholders = false
  const walk: Walk = {
    document,
    weights: new Map(),
    open: new Set(),
    notePlaceholder() {
      hasPlaceholders = true
    },
    report(code, node, message, hint) {
      const [start, end] = (isNode(node) ? node.range : undefined) ?? [0, 1]
      found.push(diagnostic(code, placeOf(start, end), message, hint ? { hint } : {}))
    },
  }
  const weight = weigh(document.contents, 1, walk)
  if (weight > MAX_NODES && found.length === 0)
    walk.report('TIDP0008', document.contents, `the document has more than ${MAX_NODES} nodes`)
  // What is too deep or expands too far is so in many places, for one reason.
  const isRepeated = ({ code }: Diagnostic, index: number): boolean =>
    (code === 'TIDP0007' || code === 'TIDP0008') &&
    found.findIndex((each) => each.code === code) !== index
  return { diagnostics: found.filter((each, index) => !isRepeated(each, index)), hasPlaceholders }
}

function weigh(node: unknown, depth: number, walk: Walk): number {
  if (isAlias(node)) return weighAlias(node.resolve(walk.document), node, walk)
  if (isNode(node)) inspectTag(node, walk)
  if (isScalar(node)) return inspectScalar(node, walk)
  if (!isMap(node) && !isSeq(node)) return 1
  if (depth > MAX_DEPTH) {
    walk.report('TIDP0008', node, `nested too deeply; the limit is ${MAX_DEPTH} levels`)
    return 1
  }
  walk.open.add(node)
  const weight = isMap(node)
    ? node.items.reduce((sum, pair) => sum + weighPair(pair, depth, walk), 1)
    : node.items.reduce((sum: number, item) => sum + weigh(item, depth + 1, walk), 1)
  walk.open.delete(node)
  walk.weights.set(node, weight)
  return weight
}

function weighAlias(source: Node | undefined, alias: Node, walk: Walk): number {
  if (source === undefined || walk.open.has(source)) {
    walk.report('TIDP0007', alias, 'this alias contains itself or names nothing')
    return 1
  }
  const weight = walk.weights.get(source) ?? 1
  if (weight > MAX_NODES) {
    walk.report('TIDP0007', alias, `this alias expands to more than ${MAX_NODES} nodes`)
    return 1
  }
  return weight
}

function weighPair(pair: Pair, depth: number, walk: Walk): number {
  const { key } = pair
  if (!isScalar(key) || (typeof key.value !== 'string' && typeof key.value !== 'symbol'))
    walk.report('TIDP0010', key ?? pair.value, 'a key must be a string', 'put it in quotes')
  else if (FORBIDDEN_KEYS.has(key.value))
    walk.report('TIDP0010', key, `a key cannot be ${String(key.value)}`)
  else if (typeof key.value === 'symbol') inspectMerge(pair.value ?? key, walk)
  else inspectKey(key, key.value, walk)
  return weigh(pair.value, depth + 1, walk)
}

function inspectKey(key: Node, text: string, walk: Walk): void {
  if (isPlaceholder(text) || text === TEXT_FROM) walk.notePlaceholder()
  if (!isStorable(text)) walk.report('TIDP0014', key, UNSTORABLE)
}

/** `<<` takes the members of other maps. */
function inspectMerge(source: unknown, walk: Walk): void {
  const node = resolved(source, walk)
  const wrong = (isSeq(node) ? node.items : [source]).find((each) => !isMap(resolved(each, walk)))
  // An alias that names nothing is told as such.
  if (wrong === undefined || (isAlias(wrong) && resolved(wrong, walk) === undefined)) return
  walk.report(
    'TIDP0016',
    isAlias(source) ? source : wrong,
    '<< takes a map, or a list of maps',
    'name one with an alias: *name',
  )
}

const resolved = (node: unknown, { document }: Walk): unknown =>
  isAlias(node) ? node.resolve(document) : node

function inspectScalar(node: Scalar, walk: Walk): number {
  const { value } = node
  if (isPlaceholder(value)) walk.notePlaceholder()
  if (typeof value === 'number' && !isExact(value))
    walk.report('TIDP0009', node, 'this number cannot be kept exactly', 'put it in quotes')
  if (typeof value === 'number' && LEADING_ZERO.test(node.source ?? ''))
    walk.report('TIDP0009', node, 'this number would lose its leading zeros', 'put it in quotes')
  if (typeof value === 'bigint')
    walk.report('TIDP0009', node, 'this number is too large', 'put it in quotes')
  if (typeof value === 'string' && !isStorable(value)) walk.report('TIDP0014', node, UNSTORABLE)
  return 1
}

const LEADING_ZERO = /^[-+]?0[0-9]/

const UNSTORABLE = 'the text contains a NUL or half of a surrogate pair'

const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed()

/** What YAML has beyond JSON: bytes, sets, ordered maps, dates. */
function inspectTag(node: Node, walk: Walk): void {
  const name = node.tag?.replace('tag:yaml.org,2002:', '')
  if (name === undefined || PLAIN_TAGS.has(name)) return
  const hint = 'tags mean nothing here; a secret is written as { fromEnv: NAME }'
  walk.report('TIDP0006', node, `the tag !!${name} is not used here`, hint)
}

const PLAIN_TAGS: ReadonlySet<string> = new Set([
  'str',
  'map',
  'seq',
  'int',
  'float',
  'bool',
  'null',
  '!',
])

const isExact = (value: number): boolean =>
  Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
