import { type Document, isAlias, isMap, isScalar, isSeq, parseAllDocuments } from 'yaml'

/** What a file of SOPS holds. Maps keep their order, because the MAC goes by it. */
export type SopsNode = SopsMap | readonly SopsNode[] | SopsLeaf
export interface SopsMap extends ReadonlyMap<string, SopsNode> {}
/** Whole numbers are bigints: fractions without a fraction are written otherwise in the MAC. */
export type SopsLeaf = string | number | bigint | boolean | null

export const isSopsMap = (node: SopsNode | undefined): node is SopsMap => node instanceof Map
export const isSopsList = (node: SopsNode | undefined): node is readonly SopsNode[] =>
  Array.isArray(node)

/** Ciphertext for `fromSops`. One of our documents that somebody encrypted is none: to overlook it would be to delete its object. */
export const isSopsDocument = ({ contents }: Document): boolean => {
  if (!isMap(contents) || contents.has('kind') || contents.has('apiVersion')) return false
  const sops: unknown = contents.get('sops')
  return isMap(sops) && sops.has('mac') && sops.has('lastmodified')
}

const MAX_NODES = 100_000

/** The documents of a YAML or JSON store; undefined where the text is none. */
export function readTrees(text: string): readonly SopsMap[] | undefined {
  try {
    const documents = parseAllDocuments(text, { intAsBigInt: true, prettyErrors: false })
    if (!Array.isArray(documents) || documents.some(({ errors }) => errors.length > 0))
      return undefined
    const trees = documents.map(treeOf)
    return trees.every(isSopsMap) ? trees : undefined
  } catch (cause) {
    // Too deep, or with an alias: no file that SOPS wrote.
    if (cause instanceof RangeError) return undefined
    throw cause
  }
}

function treeOf({ contents }: Document.Parsed): SopsNode {
  let left = MAX_NODES
  const convert = (node: unknown): SopsNode => {
    left -= 1
    if (left < 0) throw new RangeError('too many nodes')
    // To find what one means takes as long as the file is, for each of them.
    if (isAlias(node)) throw new RangeError('an alias')
    if (isMap(node))
      return new Map(
        node.items.map(({ key, value }) => [
          String(isScalar(key) ? key.value : ''),
          convert(value),
        ]),
      )
    if (isSeq(node)) return node.items.map(convert)
    return isScalar(node) ? leafOf(node.value, node.type === 'PLAIN') : null
  }
  return convert(contents)
}

/** SOPS takes a bare date for an instant. */
const DATE = /^\d{4}-\d{2}-\d{2}$/

function leafOf(value: unknown, isPlain: boolean): SopsLeaf {
  if (typeof value === 'string') return isPlain && DATE.test(value) ? `${value}T00:00:00Z` : value
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
    ? value
    : null
}
