import type { Position } from '../base/diagnostic.ts'
import { sha256 } from '../base/digest.ts'
import { isJsonObject, type Json } from '../base/json.ts'
import { lazily } from './lazily.ts'
import type { SourceFile } from './load.ts'
import type { Path } from './locate.ts'
import { type Parsed, type ParsedDocument, parse } from './parse.ts'

/** What is kept of files that were read before, by the digest of their bytes. Holds no secret. */
export interface ParseCache {
  get(digest: string): CachedFile | undefined
  put(digest: string, file: CachedFile): void
  /** By the digest of all that it depends on, whether anything was found in documents. */
  isSound(digest: string): boolean
  keepSound(digest: string): void
}

/** The documents of a file as they are written, with the places of their names: others are found by reading it again. */
export type CachedFile = readonly {
  readonly value: unknown
  readonly name: readonly [line: number, column: number, endLine: number, endColumn: number]
  /** Its schema accepts it as it is written. */
  readonly isKnownValid?: true
  readonly hasPlaceholders?: true
}[]

/** What is known of a file; undefined where it has to be read. */
export function recall(source: SourceFile, cache: ParseCache | undefined): Parsed | undefined {
  const known = cache?.get(digestOf(source))
  return known && { documents: remembered(source, known), diagnostics: [] }
}

/** Reads a file, and lets the tree go again, which is larger than all that was made of it: most places are never told. */
export function parseLightly(source: SourceFile): Parsed {
  const parsed = parse(source)
  if (parsed.diagnostics.length > 0) return parsed
  return { documents: remembered(source, parsed.documents.map(keptOf)), diagnostics: [] }
}

/** Of a document in which there is nothing to tell. */
export function keptOf(document: ParsedDocument): CachedFile[number] {
  const { line, column, endLine, endColumn } = document.at(['metadata', 'name'])
  return {
    value: document.value,
    name: [line, column, endLine, endColumn],
    ...(document.hasPlaceholders ? { hasPlaceholders: true } : {}),
  }
}

export function digestOf(source: SourceFile): string {
  const known = digests.get(source)
  if (known !== undefined) return known
  const digest = `${sha256(source.bytes).toString('base64url')} ${source.file}`
  digests.set(source, digest)
  return digest
}

const digests = new WeakMap<SourceFile, string>()

export function remembered(source: SourceFile, known: CachedFile): ParsedDocument[] {
  let again: Parsed | undefined
  const reread = (index: number): ParsedDocument | undefined => {
    again ??= parse(source)
    return again.documents[index]
  }
  return known.map(({ name, ...kept }, index): ParsedDocument => {
    const [line, column, endLine, endColumn] = name
    const nameAt: Position = { file: source.file, line, column, endLine, endColumn }
    return {
      ...kept,
      file: source.file,
      at: (path) => (isName(path) ? nameAt : lazily(() => reread(index)?.at(path) ?? nameAt)),
      atKey: (path) => lazily(() => reread(index)?.atKey(path) ?? nameAt),
      within: (path, part) => lazily(() => reread(index)?.within(path, part) ?? nameAt),
    }
  })
}

const isName = (path: Path): boolean =>
  path.length === 2 && path[0] === 'metadata' && path[1] === 'name'

/** Keeps the files that hold no secret. All documents were found valid, those of `whole` as they are written. */
export function remember(
  sources: readonly SourceFile[],
  { documents, whole }: Remembering,
  cache: ParseCache,
): void {
  const byFile = Map.groupBy(documents, ({ file }) => file)
  for (const source of sources) {
    const found = byFile.get(source.file) ?? []
    if (found.length === 0 || !found.every(({ value }) => mayBeKept(value))) continue
    cache.put(
      digestOf(source),
      found.map((document) => ({
        ...keptOf(document),
        ...(whole.has(document) ? { isKnownValid: true } : {}),
      })),
    )
  }
}

interface Remembering {
  readonly documents: readonly ParsedDocument[]
  readonly whole: ReadonlySet<ParsedDocument>
}

/** Literal secrets are allowed in dev, and a project file may name a database with a password. */
const KEPT: ReadonlySet<unknown> = new Set([
  'Tenant',
  'KeyPolicy',
  'Resource',
  'Scope',
  'Role',
  'Refactor',
  'Lint',
])

function mayBeKept(document: unknown): boolean {
  if (!isJsonObject(document)) return false
  if (document.kind !== 'Application') return KEPT.has(document.kind)
  const { secrets } = membersOf(membersOf(document.spec).clientAuth)
  return secrets === undefined || (isList(secrets) && secrets.every(isReference))
}

const isReference = (secret: Json): boolean => isJsonObject(membersOf(secret).value)

const membersOf = (value: Json | undefined) => (isJsonObject(value) ? value : {})

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)
