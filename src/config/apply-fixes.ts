import type { Diagnostic, Fix, Position } from '../base/diagnostic.ts'

/** A text with the fixes of its diagnostics made. */
export interface Fixed {
  readonly text: string
  /** Those whose fix was made, in reading order. */
  readonly made: readonly Diagnostic[]
}

interface Edit {
  readonly start: number
  readonly end: number
  readonly fix: Fix
  readonly of: Diagnostic
}

/** Makes the fixes of one file. Of two that touch the same characters the first wins: the other may be made afterwards. */
export function applyFixes(text: string, found: readonly Diagnostic[]): Fixed {
  const offsetOf = offsetsIn(text)
  const edits = found
    .flatMap((of): readonly Edit[] => {
      const [fix] = of.fixes
      return fix === undefined ? [] : [{ ...offsetOf(fix.at), fix, of }]
    })
    .sort((left, right) => left.start - right.start || left.end - right.end)
  let fixed = ''
  let done = 0
  const made: Diagnostic[] = []
  for (const { start, end, fix, of } of edits) {
    if (start < done || end > text.length) continue
    fixed += text.slice(done, start) + fix.text
    done = end
    made.push(of)
  }
  return { text: fixed + text.slice(done), made }
}

/** Lines end with \n, as for the parser; a mark of the byte order is before the first column. */
function offsetsIn(text: string) {
  const starts = [text.startsWith('\ufeff') ? 1 : 0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  const offset = (line: number, column: number): number =>
    (starts[line - 1] ?? text.length) + column - 1
  return ({ line, column, endLine, endColumn }: Position) => ({
    start: offset(line, column),
    end: offset(endLine, endColumn),
  })
}
