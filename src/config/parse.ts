import { isUtf8 } from 'node:buffer'
import { type Document, parseAllDocuments } from 'yaml'
import type { Diagnostic, Position } from '../base/diagnostic.ts'
import { diagnostic, startOf } from './codes.ts'
import { inspect } from './inspect.ts'
import { lazily } from './lazily.ts'
import type { SourceFile } from './load.ts'
import { locate, locatePart, type Path, type PlaceOf } from './locate.ts'
import { isSopsDocument } from './sops/tree.ts'
import { syntaxErrors, TOO_DEEP } from './syntax-errors.ts'

/** One document of a file, which still knows where each of its values was written. */
export interface ParsedDocument {
  readonly file: string
  readonly value: unknown
  /** Its schema was checked before, by this version of the program. */
  readonly isKnownValid?: true
  /** Something in it stands for something else: a variable, or the text of a file. */
  readonly hasPlaceholders?: true
  /** The value, or the key of its nearest written parent when nobody wrote it. */
  at(path: Path): Position
  atKey(path: Path): Position
  /** A part of the text at that path. */
  within(path: Path, part: string): Position
  /** Of a document that was put together: who wrote what is at that path. */
  readonly originOf?: (path: Path) => Origin
}

/** Who wrote a value, and what stood in for it there. */
export interface Origin {
  readonly source: ParsedDocument
  readonly path: Path
  readonly standIns: readonly StandIn[]
  /** The value is a part of what took a placeholder's place, and was written nowhere itself. */
  readonly isInside: boolean
}

/** Where a value came from that a placeholder took. */
export interface StandIn {
  /** The name of a variable, or the path of a file. */
  readonly name: string
  readonly from: 'flag' | 'process' | 'environment' | 'default' | 'file'
  /** The value; the declaration of a variable whose value is in no document; nothing for a file. */
  readonly at?: Position
}

export interface Parsed {
  readonly documents: readonly ParsedDocument[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Text → documents. YAML 1.2 only; what YAML merely warns of is an error. */
export function parse({ file, bytes }: SourceFile): Parsed {
  const text = new TextDecoder().decode(bytes)
  const placeOf = placesIn(file, text)
  const unreadable = isUtf8(bytes) ? forbiddenCharacter(text, placeOf) : notUtf8(text, placeOf)
  if (unreadable !== undefined) return { documents: [], diagnostics: [unreadable] }
  try {
    const documents = readDocuments(text)
    const found = [
      ...syntaxErrors({ text, documents, placeOf }),
      ...versionErrors(text, documents, placeOf),
    ]
    if (found.length > 0) return { documents: [], diagnostics: found }
    return combine(documents.map((document) => readDocument({ file, text, placeOf }, document)))
  } catch (cause) {
    // The composer is recursive; nothing that a person wrote comes near the end of the stack.
    if (!(cause instanceof RangeError)) throw cause
    return { documents: [], diagnostics: [diagnostic('TIDP0008', startOf(file), TOO_DEEP)] }
  }
}

function readDocuments(text: string): Document.Parsed[] {
  const documents = parseAllDocuments(text, { merge: true, prettyErrors: false })
  return Array.isArray(documents) ? documents : []
}

/** Counted here: where a document cannot be read, the library leaves lines out. */
function placesIn(file: string, text: string): PlaceOf {
  let starts: readonly number[] | undefined
  const place = (offset: number) => {
    starts ??= lineStarts(text)
    const index = lastUpTo(starts, offset)
    return { line: index + 1, column: offset - (starts[index] ?? 0) + 1 }
  }
  return (start, end) => {
    const from = place(start)
    const to = place(end)
    return { file, ...from, endLine: to.line, endColumn: to.column }
  }
}

function lineStarts(text: string): readonly number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** The last one that is not beyond the offset. */
function lastUpTo(starts: readonly number[], offset: number): number {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low
}

interface InFile {
  readonly file: string
  readonly text: string
  readonly placeOf: PlaceOf
}

function readDocument({ file, text, placeOf }: InFile, document: Document.Parsed): Parsed {
  if (document.contents === null || isSopsDocument(document))
    return { documents: [], diagnostics: [] }
  const { diagnostics, hasPlaceholders } = inspect(document, placeOf)
  if (diagnostics.length > 0) return { documents: [], diagnostics }
  if (isEmptyScalar(document)) return { documents: [], diagnostics: [] }
  // Aliases were counted by `inspect`, which is stricter than the library's own limit.
  const value: unknown = document.toJS({ maxAliasCount: -1 })
  const at = (path: Path): Position => lazily(() => locate(document, path, 'value', placeOf))
  const atKey = (path: Path): Position => lazily(() => locate(document, path, 'key', placeOf))
  const within = (path: Path, part: string): Position =>
    lazily(() => locatePart(document, path, part, { text, placeOf }))
  const read = { file, value, at, atKey, within }
  return {
    documents: [hasPlaceholders ? { ...read, hasPlaceholders } : read],
    diagnostics: [],
  }
}

const isEmptyScalar = ({ contents }: Document.Parsed): boolean =>
  contents !== null && 'value' in contents && contents.value === null

export const combine = (parsed: readonly Parsed[]): Parsed => ({
  documents: parsed.flatMap(({ documents }) => documents),
  diagnostics: parsed.flatMap(({ diagnostics }) => diagnostics),
})

function notUtf8(text: string, placeOf: PlaceOf): Diagnostic {
  const offset = Math.max(0, text.indexOf('\uFFFD'))
  return diagnostic('TIDP0002', placeOf(offset, offset + 1), 'the file is not UTF-8 text', {
    hint: 'save it as UTF-8; UTF-16 and Latin-1 are not read',
  })
}

/** YAML 1.2.2 §5.1: the characters that a file may contain. */
function forbiddenCharacter(text: string, placeOf: PlaceOf): Diagnostic | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what we look for
  const offset = text.search(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/)
  if (offset < 0) return undefined
  const code = (text.codePointAt(offset) ?? 0).toString(16).padStart(4, '0').toUpperCase()
  const message = `the control character U+${code} is not allowed in YAML`
  return diagnostic('TIDP0002', placeOf(offset, offset + 1), message)
}

/** YAML 1.1 reads `no` as false and `y:` as a key `true`. */
function versionErrors(
  text: string,
  documents: readonly Document.Parsed[],
  placeOf: PlaceOf,
): Diagnostic[] {
  const isForeign = documents.some(
    ({ directives, warnings }) =>
      (directives.yaml.explicit === true && directives.yaml.version !== '1.2') ||
      warnings.some(({ code }) => code === 'BAD_DIRECTIVE'),
  )
  if (!isForeign) return []
  const line = /^%.*$/m.exec(text)
  const start = line?.index ?? 0
  const at = placeOf(start, start + (line?.[0].length ?? 1))
  return [diagnostic('TIDP0005', at, 'only YAML 1.2 is read', { hint: 'remove this line' })]
}
