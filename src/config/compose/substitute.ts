import type { Diagnostic, Position } from '../../base/diagnostic.ts'
import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts'
import { diagnostic } from '../codes.ts'
import { TEXT_FROM } from '../inspect.ts'
import type { Path } from '../locate.ts'
import type { ParsedDocument, StandIn } from '../parse.ts'
import { type Piece, piecesOf } from './expression.ts'

/** What a placeholder stands for. */
export interface Known {
  readonly value: Json
  /** How much text it is. */
  readonly size: number
  readonly standIn: StandIn
}

/** No value, and why not, unless that was told elsewhere. */
export interface Refused {
  readonly refused: readonly Diagnostic[]
}

/** The world that placeholders speak of. */
export interface Scope {
  variable(name: string, at: Position): Known | Refused
  text(path: string, at: Position): Known | Refused
  /** The variable that a person most likely meant. */
  meant(name: string): string | undefined
}

/** Where a placeholder stood, and what took its place. */
export interface Use {
  readonly path: Path
  readonly standIns: readonly StandIn[]
}

export interface Substituted {
  readonly value: Json
  readonly uses: readonly Use[]
  readonly diagnostics: readonly Diagnostic[]
  /** A placeholder has no value, so that nothing more can be said of this one. */
  readonly isBroken: boolean
}

/** Aliases that expand too far are refused too: a few lines must not become a terabyte. */
const MOST_TEXT = 1_000_000

interface Walk {
  readonly source: ParsedDocument
  readonly scope: Scope
  use(path: Path, known: readonly Known[]): void
  refuse(found: readonly Diagnostic[]): void
}

/** The value with all placeholders in it replaced. `path` is where it is in the document. */
export function substitute(
  source: ParsedDocument,
  path: Path,
  value: Json,
  scope: Scope,
): Substituted {
  const uses: Use[] = []
  const diagnostics: Diagnostic[] = []
  let isBroken = false
  let size = 0
  const made = walked(value, path, {
    source,
    scope,
    use(at, known) {
      uses.push({ path: at, standIns: known.map(({ standIn }) => standIn) })
      const before = size
      size += known.reduce((sum, each) => sum + each.size, 0)
      if (size > MOST_TEXT && before <= MOST_TEXT) this.refuse([tooLarge(source.at(at))])
    },
    refuse(found) {
      isBroken = true
      diagnostics.push(...found)
    },
  })
  return { value: made, uses, diagnostics, isBroken }
}

const tooLarge = (at: Position): Diagnostic =>
  diagnostic('TIDP1228', at, 'variables make more than 1,000,000 characters of this')

function walked(value: Json, path: Path, walk: Walk): Json {
  if (typeof value === 'string') return value.includes('${') ? expanded(value, path, walk) : value
  if (isList(value)) return value.map((each, index) => walked(each, [...path, index], walk))
  if (!isJsonObject(value)) return value
  if (Object.hasOwn(value, TEXT_FROM)) return textOf(value, path, walk)
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      if (key.includes('${var.')) walk.refuse([notInKeys(walk.source.atKey([...path, key]))])
      return [key, walked(member, [...path, key], walk)]
    }),
  )
}

const notInKeys = (at: Position): Diagnostic =>
  diagnostic('TIDP1229', at, 'a variable cannot stand in a key', {
    hint: 'write the key, and take its value from a variable',
  })

function expanded(text: string, path: Path, walk: Walk): Json {
  const pieces = piecesOf(text)
  const known = new Map(pieces.map((piece) => [piece, knownOf(piece, path, walk)]))
  const used = [...known.values()].filter((each) => each !== undefined)
  if (used.length > 0) walk.use(path, used)
  const [only, other] = pieces
  const whole = only !== undefined && other === undefined ? known.get(only) : undefined
  if (whole !== undefined) return whole.value
  return pieces.reduce((made: string, piece) => {
    // What is too long is refused already, and need not be made.
    if (made.length > MOST_TEXT) return made
    const value = piece.is === 'text' ? piece.text : (known.get(piece)?.value ?? '')
    if (typeof value === 'object') walk.refuse(notInText(piece, path, walk))
    return `${made}${value}`
  }, '')
}

const notInText = (piece: Piece, path: Path, { source }: Walk): Diagnostic[] =>
  piece.is !== 'variable'
    ? []
    : [
        diagnostic(
          'TIDP1227',
          source.within(path, piece.written),
          'a list or a map cannot stand inside a text',
          { hint: `let ${piece.written} be the whole value` },
        ),
      ]

function knownOf(piece: Piece, path: Path, { source, scope, refuse }: Walk): Known | undefined {
  if (piece.is === 'text') return undefined
  const at = source.within(path, piece.written)
  const found =
    piece.is === 'unknown'
      ? { refused: [unknownExpression(piece.written, at, scope)] }
      : scope.variable(piece.name, at)
  if (!('refused' in found)) return found
  refuse(found.refused)
  return undefined
}

function unknownExpression(written: string, at: Position, scope: Scope): Diagnostic {
  const meant = scope.meant(written.replaceAll(/^\$\{\s*(?:vars?[.:]\s*)?|\s*\}$/g, ''))
  const text = `\${var.${meant}}`
  return diagnostic('TIDP1226', at, `${written} means nothing here`, {
    hint:
      meant === undefined
        ? `a variable is written \${var.name}, and a plain \${ is written $\${`
        : `did you mean ${text}? A plain \${ is written $\${`,
    fixes: meant === undefined ? [] : [{ description: `write ${text}`, at, text }],
  })
}

function textOf(value: JsonObject, path: Path, walk: Walk): Json {
  const inner = walked(value[TEXT_FROM] ?? null, [...path, TEXT_FROM], walk)
  const file = isJsonObject(inner) ? inner.file : undefined
  const isAlone = Object.keys(value).length === 1 && isJsonObject(inner)
  if (!isAlone || Object.keys(inner).length !== 1 || typeof file !== 'string') {
    walk.refuse([
      diagnostic('TIDP1230', walk.source.atKey([...path, TEXT_FROM]), 'textFrom takes one file', {
        hint: 'for instance { textFrom: { file: texts/terms.txt } } as the whole value',
      }),
    ])
    return ''
  }
  const found = walk.scope.text(file, walk.source.at([...path, TEXT_FROM, 'file']))
  if ('refused' in found) {
    walk.refuse(found.refused)
    return ''
  }
  walk.use(path, [found])
  return found.value
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)
