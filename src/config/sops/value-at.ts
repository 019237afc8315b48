import { nearest } from '../../base/nearest.ts'
import type { Problem } from '../secrets.ts'
import type { OpenedLeaf, OpenedMap, OpenedNode } from './open.ts'

const MOST_NAMES = 5

/** The value at a path such as `acme.web.old`. A dot in a name is written `\.`; a number takes an element of a list. */
export function valueAt(file: string, opened: OpenedMap, path: string): string | Problem {
  let at: OpenedNode = opened
  const before: string[] = []
  for (const part of partsOf(path)) {
    const next: OpenedNode | undefined = memberOf(at, part)
    if (next === undefined) return nothingAt(file, { at, before, part })
    before.push(part)
    at = next
  }
  if (isMap(at) || isList(at))
    return {
      code: 'TIDP1313',
      message: `"${path}" in ${file} is not one value`,
      hint: `go on to one of: ${namesIn(at).slice(0, MOST_NAMES).join(', ')}`,
    }
  if (at.secret !== undefined) return at.secret
  return {
    code: 'TIDP1313',
    message: `"${path}" in ${file} is not encrypted, so it is no secret`,
    hint: 'see which of its values the file encrypts: encrypted_regex and its like, at its end',
  }
}

const partsOf = (path: string): readonly string[] =>
  path.split(/(?<!\\)\./).map((part) => part.replaceAll('\\.', '.'))

const memberOf = (node: OpenedNode, name: string): OpenedNode | undefined => {
  if (isMap(node)) return node.get(name)
  return isList(node) && /^\d{1,6}$/.test(name) ? node[Number(name)] : undefined
}

const isMap = (node: OpenedNode): node is OpenedMap => node instanceof Map
const isList = (node: OpenedNode): node is Exclude<OpenedNode, OpenedMap | OpenedLeaf> =>
  Array.isArray(node)

const namesIn = (node: OpenedNode): readonly string[] => {
  if (isMap(node)) return [...node.keys()]
  return isList(node) ? node.map((_, index) => String(index)) : []
}

interface Lost {
  readonly at: OpenedNode
  readonly before: readonly string[]
  readonly part: string
}

/** Names stand in the file for everybody to read; values never do. */
function nothingAt(file: string, { at, before, part }: Lost): Problem {
  const names = namesIn(at)
  const meant = nearest(part, names)
  const here = (name: string): string => [...before, name].join('.')
  return {
    code: 'TIDP1313',
    message: `there is no "${here(part)}" in ${file}`,
    hint:
      meant === undefined
        ? `there is ${names.slice(0, MOST_NAMES).map(here).join(', ') || 'nothing below it'}`
        : `did you mean "${here(meant)}"?`,
  }
}
