import { type Appended, type AppendedRow, valuesOf } from './appended.ts'
import { gathering } from './gathering.ts'

type Insert = (columns: readonly (readonly unknown[])[]) => Promise<void>

/** Stores the rows that come together in one statement, which is a transaction of its own: one fsync serves them all. */
export function makeAppender(table: Appended, insert: Insert): (row: AppendedRow) => Promise<void> {
  const append = gathering<readonly unknown[], void>(async (rows) => {
    await insert(columnsFrom(rows))
    return []
  })
  return (row) => append(valuesOf(table, row))
}

const columnsFrom = (rows: readonly (readonly unknown[])[]): unknown[][] =>
  (rows[0] ?? []).map((_value, index) => rows.map((row) => row[index]))
