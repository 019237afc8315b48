import { type Compilable, type OperationNodeSource, type RawBuilder, sql } from 'kysely'
import { compiledIn } from './compiled.ts'
import type { Db } from './tables.ts'

/** What the statements of a chain may say of the row that the first one found. */
export interface Won {
  its<T>(column: string): RawBuilder<T>
  /** The values of one more row, in the order of their columns. */
  row(values: readonly unknown[]): RawBuilder<unknown>
}

/**
 * A statement that decides, since only one of any number of callers gets its row back, and others that follow
 * where it did. All of it or nothing.
 */
export interface Chain<V extends object, R> {
  /** One after the other, in a transaction that is there. */
  inTurn(db: Db, values: V): Promise<R[]>
  /** As one statement, in one round trip, which only PostgreSQL can do. */
  together(db: Db, values: V): Promise<R[]>
}

type Statement<R> = Compilable<R> & OperationNodeSource
type Following<V> = (db: Db, values: V, won: Won) => Statement<unknown>

export function chained<V extends object, R extends object>(
  decide: (db: Db, values: V) => Statement<R>,
  follow: readonly Following<V>[],
): Chain<V, R> {
  const deciding = compiledIn(decide)
  const following = follow.map((step) =>
    compiledIn((db, values: V & { readonly won: R }) => step(db, values, inHand(values.won))),
  )
  return {
    async inTurn(db, values) {
      const found = await deciding(db, values)
      const [won] = found
      if (won !== undefined) for (const step of following) await step(db, { ...values, won })
      return found
    },
    together: compiledIn((db, values: V) => {
      const steps = follow.map(
        (step, index) => sql`, ${sql.ref(`step_${index}`)} as (${step(db, values, IN_STATEMENT)})`,
      )
      const all = sql<R>`with won as (${decide(db, values)})${sql.join(steps, sql``)} select * from won`
      return { compile: () => all.compile(db) }
    }),
  }
}

const inHand = (won: object): Won => ({
  its: (column) => sql`${won[column as keyof typeof won]}`,
  row: (values) => sql`values (${sql.join(values)})`,
})

/** For the same statements outside a chain. */
export const NOTHING_WON: Won = inHand({})

const IN_STATEMENT: Won = {
  its: (column) => sql`(select ${sql.ref(column)} from won)`,
  row: (values) => sql`select ${sql.join(values)} from won`,
}
