import type { SopsMap, SopsNode } from './tree.ts'

const PREFIX = 'sops_'

/** `age__list_0__map_enc`: a member of an element of a list. */
const IN_LIST = /^(\w+?)__list_(\d{1,4})__map_(\w+)$/

/** A dotenv store, its metadata put together as the other stores have them. */
export function readDotenv(text: string): SopsMap | undefined {
  const pairs = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(pairIn)
  if (pairs.some(({ name }) => name === '')) return undefined
  const [own = [], theirs = []] = [false, true].map((isTheirs) =>
    pairs.filter(({ name }) => name.startsWith(PREFIX) === isTheirs),
  )
  const values = new Map<string, SopsNode>(own.map(({ name, value }) => [name, value]))
  return values.set(
    'sops',
    metadataOf(theirs.map(({ name, value }) => ({ name: name.slice(PREFIX.length), value }))),
  )
}

interface Pair {
  readonly name: string
  readonly value: string
}

function pairIn(line: string): Pair {
  const end = Math.max(0, line.indexOf('='))
  return { name: line.slice(0, end), value: line.slice(end + 1).replaceAll('\\n', '\n') }
}

function metadataOf(pairs: readonly Pair[]): SopsMap {
  const metadata = new Map<string, SopsNode>()
  const lists = new Map<string, Map<string, Map<string, SopsNode>>>()
  for (const { name, value } of pairs) {
    const [, list, index = '', member = ''] = IN_LIST.exec(name) ?? []
    if (list === undefined) metadata.set(name, value)
    else {
      const items = lists.get(list) ?? new Map<string, Map<string, SopsNode>>()
      lists.set(list, items.set(index, (items.get(index) ?? new Map()).set(member, value)))
    }
  }
  for (const [name, items] of lists) metadata.set(name, [...items.values()])
  return metadata
}
