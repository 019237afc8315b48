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

/** More than a file of secrets ever has, and no more than is taken in one breath. */
export interface TooMuch {
  readonly tooMuch: string
}

const MAX_NODES = 100_000
const MAX_DOCUMENTS = 100

export const MANY_NODES: TooMuch = { tooMuch: `${MAX_NODES} values` }
const MANY_DOCUMENTS: TooMuch = { tooMuch: `${MAX_DOCUMENTS} documents` }

export const isTooLarge = (tree: SopsMap): boolean => tree.size > MAX_NODES

/** The documents of a YAML or JSON store; undefined where the text is none. */
export function readTrees(text: string): readonly SopsMap[] | TooMuch | undefined {
  // Before they are parsed: an empty one costs three characters.
  if ((text.match(/^(?:---|\.\.\.)/gm)?.length ?? 0) > MAX_DOCUMENTS) return MANY_DOCUMENTS
  try {
    const documents = parseAllDocuments(text, { intAsBigInt: true, prettyErrors: false })
    if (!Array.isArray(documents) || documents.some(({ errors }) => errors.length > 0))
      return undefined
    const limit: Limit = { left: MAX_NODES }
    const trees = documents.map((each) => treeOf(each, limit))
    if (limit.left < 0) return MANY_NODES
    return trees.every(isSopsMap) ? trees : undefined
  } catch (cause) {
    // Too deep, or with an alias: no file that SOPS wrote.
    if (cause instanceof RangeError) return undefined
    throw cause
  }
}

/** Of all documents of a file together. */
interface Limit {
  left: number
}

function treeOf({ contents }: Document.Parsed, limit: Limit): SopsNode {
  const convert = (node: unknown): SopsNode => {
    limit.left -= 1
    if (limit.left < 0) return null
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
