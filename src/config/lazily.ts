import type { Position } from '../base/diagnostic.ts'

/** A place that costs something to find and is seldom looked at. */
export function lazily(find: () => Position): Position {
  let found: Position | undefined
  const at = (): Position => {
    found ??= find()
    return found
  }
  return {
    get file() {
      return at().file
    },
    get line() {
      return at().line
    },
    get column() {
      return at().column
    },
    get endLine() {
      return at().endLine
    },
    get endColumn() {
      return at().endColumn
    },
  }
}
