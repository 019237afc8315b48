import { type Appended, type AppendedRow, valuesOf } from './appended.ts'

interface Waiting {
  readonly values: readonly unknown[]
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

type Insert = (columns: readonly (readonly unknown[])[]) => Promise<void>

const MOST_ROWS = 500

/**
 * Sends what has come by the end of a turn of the event loop in one statement, which is a transaction of its own:
 * one fsync of the database serves all of it. The next one fills while it is on its way; with two on their way
 * groups were half as large, and the database had twice the work. Where a row is refused, each is tried alone.
 */
export function makeAppender(table: Appended, insert: Insert): (row: AppendedRow) => Promise<void> {
  let waiting: Waiting[] = []
  let isUnderWay = false

  async function flush(): Promise<void> {
    if (isUnderWay) return
    isUnderWay = true
    while (waiting.length > 0) {
      const group = waiting.slice(0, MOST_ROWS)
      waiting = waiting.slice(MOST_ROWS)
      await deliver(group, insert)
    }
    isUnderWay = false
  }
  return (row) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(flush)
      waiting.push({ values: valuesOf(table, row), resolve, reject })
    })
}

async function deliver(group: readonly Waiting[], insert: Insert): Promise<void> {
  try {
    await insert(columnsFrom(group))
    for (const { resolve } of group) resolve()
  } catch (error) {
    if (group.length > 1 && isAboutValues(error))
      await Promise.all(group.map((one) => deliver([one], insert)))
    else for (const { reject } of group) reject(error)
  }
}

const columnsFrom = (group: readonly Waiting[]): unknown[][] =>
  (group[0]?.values ?? []).map((_value, index) => group.map(({ values }) => values[index]))

/** SQLSTATE classes: data exception, integrity constraint violation. */
const isAboutValues = (error: unknown): boolean =>
  /^2[23]/.test(String((error as { code?: unknown } | undefined)?.code))
