import { createHash, type Hash } from 'node:crypto'
import type { SourceFile } from '../load.ts'
import type { Problem } from '../secrets.ts'
import { dataKey } from './data-key.ts'
import { readDotenv } from './dotenv.ts'
import { metadataIn, type SopsMetadata } from './metadata.ts'
import {
  isSopsList,
  isSopsMap,
  isTooLarge,
  MANY_NODES,
  readTrees,
  type SopsLeaf,
  type SopsMap,
  type SopsNode,
  type TooMuch,
} from './tree.ts'
import { authenticatedLeaf, decryptValue, isEncrypted } from './value.ts'

/** A file whose MAC is right, with its values. */
export type OpenedNode = OpenedMap | readonly OpenedNode[] | OpenedLeaf
export interface OpenedMap extends ReadonlyMap<string, OpenedNode> {}
export interface OpenedLeaf {
  /** Absent where the file does not keep it secret. */
  readonly secret?: string
}

/** Decrypts every value and proves the whole, whichever value is wanted. Says nothing of any value. */
export async function openSops(
  source: SourceFile,
  identities: readonly string[],
): Promise<OpenedMap | Problem> {
  const { file } = source
  const trees = treesIn(source)
  if (trees !== undefined && 'tooMuch' in trees)
    return {
      code: 'TIDP1310',
      message: `${file} has more than ${trees.tooMuch}, and is not opened`,
      hint: 'encrypt them in several files: a fromSops names the file that it means',
    }
  const [first] = trees ?? []
  const metadata = first && metadataIn(first)
  if (trees === undefined || metadata === undefined)
    return {
      code: 'TIDP1310',
      message: `${file} is not a file that SOPS encrypted`,
      hint: 'sops encrypt writes YAML, JSON and dotenv files that are read here',
    }
  const key = await dataKey(file, metadata, identities)
  return Buffer.isBuffer(key) ? proven(file, { trees, metadata }, key) : key
}

/** Whether its values may be seen by everybody who may see the file. Opens nothing. */
export function isSopsFile(source: SourceFile): boolean {
  const trees = treesIn(source) ?? []
  const [first] = 'tooMuch' in trees ? [] : trees
  return first !== undefined && isEncrypted(metadataIn(first)?.mac ?? null)
}

function treesIn({ file, bytes }: SourceFile): readonly SopsMap[] | TooMuch | undefined {
  const text = bytes.toString('utf8')
  if (!file.endsWith('.env')) return readTrees(text)
  const tree = readDotenv(text)
  if (tree === undefined) return undefined
  return isTooLarge(tree) ? MANY_NODES : [tree]
}

interface Container {
  readonly trees: readonly SopsMap[]
  readonly metadata: SopsMetadata
}

function proven(file: string, { trees, metadata }: Container, key: Buffer): OpenedMap | Problem {
  const hash = createHash('sha512')
  // So that nobody can turn one kind of MAC into the other.
  if (metadata.macOnlyEncrypted) hash.update(createHash('sha256').update('sops').digest())
  const walk: Walk = { key, hash, isEncryptedOnly: metadata.macOnlyEncrypted }
  const opened = trees.map((tree) => openedMap(withoutMetadata(tree), [], walk))
  const wrong = opened.find((each) => 'wrongAt' in each)
  if (wrong !== undefined && 'wrongAt' in wrong)
    return changed(`the value of "${wrong.wrongAt}" in ${file} is not what was encrypted there`)
  const mac = decryptValue(metadata.mac, key, metadata.lastModified)
  if (mac?.text !== hash.digest('hex').toUpperCase())
    return changed(`${file} is not as SOPS left it: its MAC is wrong`)
  const [first] = opened
  return first instanceof Map ? first : new Map()
}

const changed = (message: string): Problem => ({
  code: 'TIDP1312',
  message,
  hint: 'take it from the commit in which it was right, and change it with sops edit only',
})

const withoutMetadata = (tree: SopsMap): SopsMap =>
  new Map([...tree].filter(([name]) => name !== 'sops'))

interface Walk {
  readonly key: Buffer
  readonly hash: Hash
  readonly isEncryptedOnly: boolean
}

interface Wrong {
  readonly wrongAt: string
}

type Opening<T> = T | Wrong

/** In the order of the file. Lists have no place of their own in it. */
function openedMap(map: SopsMap, path: readonly string[], walk: Walk): Opening<OpenedMap> {
  const opened = new Map<string, OpenedNode>()
  for (const [name, node] of map) {
    const each = openedNode(node, [...path, name], walk)
    if ('wrongAt' in each) return each
    opened.set(name, each)
  }
  return opened
}

function openedList(
  list: readonly SopsNode[],
  path: readonly string[],
  walk: Walk,
): Opening<readonly OpenedNode[]> {
  const opened: OpenedNode[] = []
  for (const node of list) {
    const each = openedNode(node, path, walk)
    if ('wrongAt' in each) return each
    opened.push(each)
  }
  return opened
}

function openedNode(node: SopsNode, path: readonly string[], walk: Walk): Opening<OpenedNode> {
  if (isSopsMap(node)) return openedMap(node, path, walk)
  return isSopsList(node) ? openedList(node, path, walk) : openedLeaf(node, path, walk)
}

/**
 * Which values are encrypted is seen from their form. The rules by which SOPS chose them are beside them in the file,
 * and nothing proves those.
 */
function openedLeaf(leaf: SopsLeaf, path: readonly string[], walk: Walk): Opening<OpenedLeaf> {
  if (!isEncrypted(leaf)) {
    if (!walk.isEncryptedOnly) walk.hash.update(authenticatedLeaf(leaf))
    return {}
  }
  const value = decryptValue(leaf, walk.key, `${path.join(':')}:`)
  if (value === undefined) return { wrongAt: path.join('.') }
  walk.hash.update(value.authenticated)
  return { secret: value.text }
}
