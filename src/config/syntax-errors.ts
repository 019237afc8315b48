import type { Document, YAMLError } from 'yaml'
import type { Diagnostic, Position } from '../base/diagnostic.ts'
import { diagnostic } from './codes.ts'
import type { PlaceOf } from './locate.ts'
import { firstOfRepeated } from './repeated-key.ts'
import { unclosedBefore } from './unclosed.ts'

/** A file that could not be parsed, with all that the parser knows of it. */
interface Unreadable {
  readonly text: string
  readonly documents: readonly Document.Parsed[]
  readonly placeOf: PlaceOf
}

export const TOO_DEEP = 'nested too deeply; the limit is 64 levels'

/** All repeated keys, and the first other error: those after it are mostly its consequences. */
export function syntaxErrors(file: Unreadable): readonly Diagnostic[] {
  const { documents, placeOf } = file
  const all = documents.flatMap(({ errors, warnings }): YAMLError[] => [...errors, ...warnings])
  const repeated = all.filter(({ code }) => code === 'DUPLICATE_KEY')
  const first = all.filter(({ code }) => code !== 'DUPLICATE_KEY' && code !== 'BAD_DIRECTIVE')
  const firsts = repeated.length > 0 ? firstOfRepeated(documents) : undefined
  return [
    ...first.slice(0, 1).map((error) => explain(error, file)),
    ...repeated.map((error) => {
      const range = firsts?.get(error.pos[0])
      return writtenTwice(placeAt(error, file), range && placeOf(...range))
    }),
  ]
}

/** The whole of a repeated key; for what is missing at the end of the file, its last character. */
function placeAt({ code, pos }: YAMLError, { text, placeOf }: Unreadable): Position {
  const [start, end] = pos
  // Where the stack happens to end says nothing about the file.
  if (code === 'RESOURCE_EXHAUSTION') return placeOf(0, 1)
  if (code === 'DUPLICATE_KEY')
    return placeOf(start, start + (/^[^:\r\n]+/.exec(text.slice(start))?.[0].trimEnd().length ?? 1))
  const last = text.trimEnd().length
  if (start >= last) return placeOf(Math.max(0, last - 1), last)
  // The end of a line is no place to point at: what stands before it is.
  const onLine = text.slice(0, start + 1).trimEnd().length
  return /[\r\n]/.test(text.charAt(start)) ? placeOf(onLine - 1, onLine) : placeOf(start, end)
}

const writtenTwice = (at: Position, first: Position | undefined): Diagnostic =>
  diagnostic('TIDP0003', at, 'this key is written twice in the same map', {
    hint: 'keep one of the two',
    related: first === undefined ? [] : [{ message: 'first written here', at: first }],
  })

function explain(error: YAMLError, file: Unreadable): Diagnostic {
  const { code, message } = error
  const at = placeAt(error, file)
  if (code === 'RESOURCE_EXHAUSTION') return diagnostic('TIDP0008', at, TOO_DEEP)
  if (code === 'TAB_AS_INDENT')
    return diagnostic('TIDP0004', at, 'tabs cannot indent YAML', { hint: 'use two spaces' })
  if (code === 'TAG_RESOLVE_FAILED')
    return diagnostic('TIDP0006', at, `${message.split('\n', 1)[0]}`, {
      hint: 'tags mean nothing here; a secret is written as { fromEnv: NAME }',
    })
  return unclosed(error, file) ?? misread(error, at)
}

/** Told where it was opened: where the parser gave up may be many lines further down. */
function unclosed(error: YAMLError, file: Unreadable): Diagnostic | undefined {
  const { documents, text, placeOf } = file
  const found = unclosedBefore(error, documents, text)
  if (found === undefined) return undefined
  const { at, opening, closing } = found
  const missing = { message: `${closing} is missing before this`, at: placeAt(error, file) }
  return diagnostic('TIDP0001', placeOf(at, at + 1), `this ${opening} is never closed`, {
    hint: `close it with ${closing}`,
    related: missing.at.line === placeOf(at, at + 1).line ? [] : [missing],
  })
}

/** What a person sees, and what to do, for what the parser says in its own words. */
const IN_WORDS: readonly (readonly [says: RegExp, message: string, hint?: string])[] = [
  [
    /^Nested mappings are not allowed/,
    'a value cannot have fields on its own line, and text with ": " must be in quotes',
    'put the text in quotes, or the fields on lines of their own below the key',
  ],
  [
    /^Implicit keys need to be on a single line/,
    'this line is neither a field nor part of a text',
    'write key: value, with a space after the colon',
  ],
  [
    /^Implicit map keys need to be followed/,
    'there is no colon after this key',
    'write key: value, with a space after the colon',
  ],
  [
    /^All (mapping|sequence) items must start/,
    'this line is not indented like those it belongs to',
    'begin it in the same column as its neighbours',
  ],
  [
    /^Unexpected block-seq-ind/,
    'a list cannot begin on the line of its key',
    'put each "- item" on a line of its own, or write [a, b]',
  ],
  [
    /reserved character|directive indicator/,
    'a text cannot begin with this character',
    'put the text in quotes',
  ],
  [
    /^Unexpected scalar at node end/,
    'the value has ended before this',
    'put the whole text in quotes; a quote inside it is doubled, or escaped with \\',
  ],
  [/^Unexpected flow-(map|seq)-end/, 'this closes nothing', 'remove it'],
  [/^Invalid escape sequence/, 'this is no escape sequence', 'write \\\\ for a backslash'],
]

function misread({ code, message }: YAMLError, at: Position): Diagnostic {
  const [, said, hint] = IN_WORDS.find(([says]) => says.test(message)) ?? []
  return diagnostic(
    'TIDP0001',
    at,
    said ?? message.split('\n', 1)[0] ?? code,
    hint === undefined ? {} : { hint },
  )
}
