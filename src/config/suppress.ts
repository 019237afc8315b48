import type { Diagnostic, Position } from '../base/diagnostic.ts'
import { CODES, type Code, diagnostic } from './codes.ts'

interface Suppression {
  readonly codes: readonly string[]
  /** Absent where nobody said why. */
  readonly reason: string | undefined
  /** The line that it speaks of: its own, or the next one where it stands alone. */
  readonly line: number
  readonly at: Position
}

interface Suppressed {
  readonly left: readonly Diagnostic[]
  /** What is wrong with the comments, provided that all there is to find was found. */
  readonly told: readonly Diagnostic[]
}

const MARK = 'tokenidp-ignore'
const COMMENT = /(?:^|\s)#\s*tokenidp-ignore\b(.*)$/
const CONTENT = /^\s+(TIDP\d{4}(?:\s*,\s*TIDP\d{4})*)\s*(?::\s*(\S.*))?$/

/**
 * `# tokenidp-ignore TIDP2020: why`, on the line or above it, takes a warning away. Errors stay: what they are about
 * cannot be served, or must not be. A comment that takes nothing away is told, so that none outlives its cause.
 */
export function suppressed(
  found: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
): Suppressed {
  const left = new Set(found)
  const told: Diagnostic[] = []
  for (const [file, text] of sources) {
    if (!text.includes(MARK)) continue
    for (const each of suppressionsIn(file, text)) told.push(...applied(each, left))
  }
  return { left: [...left], told }
}

function applied(each: Suppression, left: Set<Diagnostic>): readonly Diagnostic[] {
  const { codes, reason, at, line } = each
  if (codes.length === 0 || reason === undefined) return [without(at, codes)]
  return codes.flatMap((code): readonly Diagnostic[] => {
    const meant = [...left].filter(
      (one) =>
        one.severity === 'warning' &&
        one.code === code &&
        one.at.file === at.file &&
        one.at.line === line,
    )
    for (const warning of meant) left.delete(warning)
    return meant.length > 0 ? [] : [unused(at, code)]
  })
}

const without = (at: Position, codes: readonly string[]): Diagnostic =>
  diagnostic(
    'TIDP3091',
    at,
    codes.length === 0 ? 'this says no code' : 'this says no reason, so it takes nothing away',
    { severity: 'warning', hint: 'write # tokenidp-ignore TIDP2020: why it is right here' },
  )

const unused = (at: Position, code: string): Diagnostic =>
  diagnostic(
    'TIDP3092',
    at,
    isCode(code) ? `there is no ${code} on this line` : `there is no code ${code}`,
    { severity: 'warning', hint: 'remove it' },
  )

const isCode = (code: string): code is Code => Object.hasOwn(CODES, code)

function suppressionsIn(file: string, text: string): readonly Suppression[] {
  return text.split('\n').flatMap((raw, index): readonly Suppression[] => {
    const line = raw.replace(/\r$/, '')
    const found = line.includes(MARK) ? COMMENT.exec(line) : null
    if (found === null) return []
    const [, codes, reason] = CONTENT.exec(found[1] ?? '') ?? []
    const start = line.indexOf('#', found.index)
    const isAlone = line.slice(0, start).trim() === ''
    return [
      {
        codes: codes?.split(/\s*,\s*/) ?? [],
        reason,
        line: index + (isAlone ? 2 : 1),
        at: {
          file,
          line: index + 1,
          column: start + 1,
          endLine: index + 1,
          endColumn: line.length + 1,
        },
      },
    ]
  })
}
