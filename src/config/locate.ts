import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Pair,
} from 'yaml'
import type { Position } from '../base/diagnostic.ts'

export type Path = readonly (string | number)[]

/** Offsets in one file to places in it. */
export type PlaceOf = (start: number, end: number) => Position

/** How a step of a path was written: the key (in a map) and the value. */
interface Written {
  readonly key: unknown
  readonly value: unknown
}

/** Where the value at `path`, or its key, was written; else where its nearest written parent was. */
export function locate(
  document: Document.Parsed,
  path: Path,
  what: 'key' | 'value',
  placeOf: PlaceOf,
): Position {
  const steps = writtenSteps(document, path)
  const last = steps.at(-1)
  const isWritten = steps.length === path.length
  const preferred = what === 'value' && isWritten && !isBlock(last?.value)
  const [start, end] =
    rangeOf(preferred ? last?.value : (last?.key ?? last?.value)) ??
    rangeOf(last?.value) ??
    firstKeyRange(document)
  return placeOf(start, end)
}

interface InText {
  readonly text: string
  readonly placeOf: PlaceOf
}

/** Where a part of the scalar at `path` was written; the whole of it where it is written otherwise. */
export function locatePart(
  document: Document.Parsed,
  path: Path,
  part: string,
  { text, placeOf }: InText,
): Position {
  const steps = writtenSteps(document, path)
  const node = resolved(document, steps.at(-1)?.value)
  const [start, end] = (isScalar(node) && steps.length === path.length && rangeOf(node)) || [0, 0]
  const offset = text.slice(start, end).indexOf(part)
  return offset < 0
    ? locate(document, path, 'value', placeOf)
    : placeOf(start + offset, start + offset + part.length)
}

function writtenSteps(document: Document.Parsed, path: Path): Written[] {
  const steps: Written[] = []
  let node: unknown = document.contents
  for (const name of path) {
    const step = stepInto(document, resolved(document, node), name)
    if (step === undefined) break
    steps.push(step)
    node = step.value
  }
  return steps
}

const resolved = (document: Document, node: unknown): unknown =>
  isAlias(node) ? node.resolve(document) : node

function stepInto(document: Document, node: unknown, name: string | number): Written | undefined {
  if (isSeq(node)) {
    const value = node.items[Number(name)]
    return value === undefined ? undefined : { key: undefined, value }
  }
  if (!isMap(node)) return undefined
  const own = node.items.find((pair) => keyText(pair) === String(name))
  if (own !== undefined) return { key: own.key, value: own.value }
  return node.items
    .filter((pair) => keyText(pair) === '<<')
    .flatMap((pair) => mergedMaps(document, pair.value))
    .map((map) => stepInto(document, map, name))
    .find((step) => step !== undefined)
}

function mergedMaps(document: Document, value: unknown): unknown[] {
  const source = resolved(document, value)
  return isSeq(source) ? source.items.map((item) => resolved(document, item)) : [source]
}

const keyText = ({ key }: Pair): string | undefined =>
  isScalar(key) ? String(key.value) : undefined

const isBlock = (node: unknown): boolean =>
  isCollection(node) && node.flow !== true && node.items.length > 0

function rangeOf(node: unknown): [number, number] | undefined {
  if (!isNode(node) || !node.range) return undefined
  const [start, end] = node.range
  return [start, Math.max(end, start + 1)]
}

function firstKeyRange({ contents, range }: Document.Parsed): [number, number] {
  const first = isMap(contents) ? rangeOf(contents.items[0]?.key) : rangeOf(contents)
  return first ?? [range[0], range[0] + 1]
}
