import type { Diagnostic, Position } from '../base/diagnostic.ts'
import { masked, withoutUrlPassword } from './mask.ts'
import { toldIn } from './told.ts'

/** Colours a part of the block; plain text when nobody does. */
export type Paint = (style: 'error' | 'warning' | 'frame' | 'help', text: string) => string

const plain: Paint = (_style, text) => text

const TAB = '    '
/** A terminal of the usual width shows each line of a block as one. */
const COLUMNS = 80
const CUT = '…'
/** What is further away is not looked at. */
const FAR = 4 * COLUMNS

/** A diagnostic as a block: what, where, the line with a caret below, and what to do. */
export function render(
  diagnostic: Diagnostic,
  source: string | undefined,
  paint: Paint = plain,
): string {
  const { severity, code, message, at, hint, related, fixes } = diagnostic
  const gutter = ' '.repeat(String(at.line).length)
  const note = (text: string): string => `${gutter} ${paint('frame', '=')} ${text}`
  return [
    `${paint(severity, `${severity}[${code}]`)}: ${printable(message)}`,
    `${gutter}${paint('frame', '-->')} ${placeText(at)}`,
    ...excerpt(diagnostic, source, (text) => paint(severity, text), paint),
    ...(hint === undefined ? [] : [note(`${paint('help', 'help')}: ${printable(hint)}`)]),
    ...(fixes.length === 0 ? [] : [note(`${paint('help', 'fix available')}: tokenidp fix`)]),
    ...related.map((each) => note(`${printable(each.message)}: ${placeText(each.at)}`)),
  ].join('\n')
}

const placeText = ({ file, line, column }: Position): string => `${file}:${line}:${column}`

function excerpt(
  { code, at }: Diagnostic,
  source: string | undefined,
  caret: (text: string) => string,
  paint: Paint,
): readonly string[] {
  const lines = source?.split('\n', at.line) ?? []
  const line = lines[at.line - 1]?.replace(/\r$/, '')
  if (source === undefined || line === undefined || line.trim() === '') return []
  const from = lines.slice(0, at.line - 1).reduce((sum, { length }) => sum + length + 1, 0)
  const shown = shownOf(line, from, source)
  const start = Math.min(at.column - 1, shown.length)
  const end = at.endLine > at.line ? shown.trimEnd().length : at.endColumn - 1
  const after = Math.max(end, start + 1)
  const gutter = ' '.repeat(String(at.line).length)
  const parts = cut(
    {
      before: printable(shown.slice(Math.max(0, start - FAR), start)),
      under: printable(hidden(code, shown.slice(start, Math.min(after, start + FAR)))),
      after: printable(shown.slice(after, after + FAR)).trimEnd(),
    },
    COLUMNS - gutter.length - 3,
  )
  const carets = '^'.repeat(Math.max(1, width(parts.under)))
  return [
    `${gutter} ${paint('frame', '|')}`,
    `${paint('frame', `${at.line} |`)} ${parts.before}${parts.under}${parts.after}`.trimEnd(),
    `${gutter} ${paint('frame', '|')} ${' '.repeat(width(parts.before))}${caret(carets)}`,
  ]
}

/** What is told to look like a secret is not repeated. */
const hidden = (code: string, text: string): string =>
  code === 'TIDP2009' ? '***'.slice(0, text.length).padEnd(text.length) : text

/** A line, in three, as the caret divides it. */
interface Parts {
  readonly before: string
  readonly under: string
  readonly after: string
}

/** The part of a long line around the caret: what is meant first, then what comes before it, then the rest. */
function cut({ before, under, after }: Parts, room: number): Parts {
  const meant = ending(under, Math.max(room - Math.min(width(before), room / 2), room / 2))
  const left = room - width(meant)
  const wanted = Math.max(left / 2, left - width(after))
  const shownBefore = beginning(before, wanted)
  return { before: shownBefore, under: meant, after: ending(after, left - width(shownBefore)) }
}

/** As much from the front of it as there is room for. */
function ending(text: string, room: number): string {
  if (width(text) <= room) return text
  let kept = ''
  for (const character of text) {
    if (width(kept + character) > room - 1) break
    kept += character
  }
  return kept + CUT
}

/** As much from the back of it as there is room for. */
function beginning(text: string, room: number): string {
  if (width(text) <= room) return text
  let kept = ''
  for (const character of [...text].reverse()) {
    if (width(character + kept) > room - 1) break
    kept = character + kept
  }
  return CUT + kept
}

/** Without its secrets. `from` is where the line begins in the source. */
function shownOf(line: string, from: number, source: string): string {
  const hidden = masked(line)
  if (hidden === line) return line
  // What is hidden has its length.
  return toldIn(source).reduce((shown, [start, end]) => {
    const [left, right] = [start - from, end - from].map((at) => clamp(at, line.length))
    return shown.slice(0, left) + withoutUrlPassword(line.slice(left, right)) + shown.slice(right)
  }, hidden)
}

const clamp = (at: number, most: number): number => Math.max(0, Math.min(at, most))

/** A terminal must not act on what a file contains. */
const printable = (text: string): string =>
  text.replaceAll('\t', TAB).replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, '\uFFFD')

const ZERO = /^[\p{M}\p{Cf}]$/u
const WIDE =
  /^[\p{Emoji_Presentation}\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}]$/u

/** The columns that a terminal gives to a text. */
function width(text: string): number {
  let columns = 0
  for (const character of text) columns += columnsOf(character)
  return columns
}

function columnsOf(character: string): number {
  if (ZERO.test(character)) return 0
  return WIDE.test(character) ? 2 : 1
}
