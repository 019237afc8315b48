import type { Position } from '../base/diagnostic.ts'
import { sha256 } from '../base/digest.ts'
import type { SourceFile } from './load.ts'
import { lazily, type Path } from './locate.ts'
import { type Parsed, type ParsedDocument, parse } from './parse.ts'
import type { Item } from './schema.ts'

/** What is kept of files that were read before, by the digest of their bytes. Holds no secret. */
export interface ParseCache {
  get(digest: string): CachedFile | undefined
  put(digest: string, file: CachedFile): void
}

/** The valid documents of a file, with the places of their names: others are found by reading it again. */
export type CachedFile = readonly {
  readonly value: unknown
  readonly name: readonly [line: number, column: number, endLine: number, endColumn: number]
}[]

/** Reads a file, from the cache where it is known there. */
export function parseCached(source: SourceFile, cache: ParseCache | undefined): Parsed {
  const known = cache?.get(digestOf(source))
  return known === undefined
    ? parse(source)
    : { documents: remembered(source, known), diagnostics: [] }
}

const digestOf = ({ file, bytes }: SourceFile): string =>
  `${sha256(bytes).toString('base64url')} ${file}`

function remembered(source: SourceFile, known: CachedFile): ParsedDocument[] {
  let again: Parsed | undefined
  const reread = (index: number): ParsedDocument | undefined => {
    again ??= parse(source)
    return again.documents[index]
  }
  return known.map(({ value, name }, index): ParsedDocument => {
    const [line, column, endLine, endColumn] = name
    const nameAt: Position = { file: source.file, line, column, endLine, endColumn }
    return {
      file: source.file,
      value,
      isKnownValid: true,
      at: (path) => (isName(path) ? nameAt : lazily(() => reread(index)?.at(path) ?? nameAt)),
      atKey: (path) => lazily(() => reread(index)?.atKey(path) ?? nameAt),
    }
  })
}

const isName = (path: Path): boolean =>
  path.length === 2 && path[0] === 'metadata' && path[1] === 'name'

/** Keeps the files whose documents are all valid, and which hold no secret. */
export function remember(
  sources: readonly SourceFile[],
  items: readonly Item[],
  cache: ParseCache,
): void {
  const byFile = Map.groupBy(items, ({ source }) => source.file)
  for (const source of sources) {
    const found = byFile.get(source.file) ?? []
    if (found.length === 0 || !found.every(mayBeKept)) continue
    cache.put(
      digestOf(source),
      found.map((item) => {
        const { line, column, endLine, endColumn } = item.source.at(['metadata', 'name'])
        return { value: item.document, name: [line, column, endLine, endColumn] }
      }),
    )
  }
}

/** Literal secrets are allowed in dev, and a project file may name a database with a password. */
function mayBeKept(item: Item): boolean {
  switch (item.kind) {
    case 'User':
    case 'Project':
    case 'Environment':
      return false
    case 'Application':
      return (item.document.spec.clientAuth?.secrets ?? []).every(
        ({ value }) => typeof value !== 'string',
      )
    default:
      return true
  }
}
