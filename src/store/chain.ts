import {
  type Compilable,
  type OperationNodeSource,
  type RawBuilder,
  type SqlBool,
  sql,
} from 'kysely'
import { compiledIn } from './compiled.ts'
import type { Db } from './tables.ts'

/** What the statements of a chain may say of the row that the last decision found. */
export interface Won {
  readonly isThere: RawBuilder<SqlBool>
  its<T>(column: string): RawBuilder<T>
  /** The values of one more row, in the order of their columns; none where `unless` is so. */
  row(values: readonly unknown[], unless?: RawBuilder<SqlBool>): RawBuilder<unknown>
  /** What `select` finds, also where the row comes from this step of the chain, counted from 0. */
  orMade<T>(select: RawBuilder<T>, step: number, column: string): RawBuilder<T>
}

/**
 * Statements that decide, since only one of any number of callers gets their rows back, and others that follow
 * where each did. All of it or, where one throws, nothing; where a decision finds nothing, those before it stay.
 */
export interface Chain<V extends object, R> {
  /** One after the other, in a transaction that is there. */
  inTurn(db: Db, values: V): Promise<R[]>
  /** As one statement, in one round trip, which only PostgreSQL can do. */
  together(db: Db, values: V): Promise<R[]>
}

type Statement<R> = Compilable<R> & OperationNodeSource
/** What comes after a decision asks for it, if only with `isThere`: within one statement nothing else holds it back. */
type Decision<V, R> = (db: Db, values: V, won: Won) => Statement<R>
type Following<V> = Decision<V, unknown>

export function chained<V extends object, R extends object>(
  decisions: readonly [...Decision<V, object>[], Decision<V, R>],
  follow: readonly Following<V>[] = [],
): Chain<V, R> {
  const inHand = (step: Decision<V, unknown>) =>
    compiledIn((db, values: V & { readonly won: object }) => step(db, values, itself(values.won)))
  const deciding = decisions.map(inHand)
  const following = follow.map(inHand)
  const last = decisions.length - 1
  return {
    async inTurn(db, values) {
      let found: unknown[] = [{}]
      for (const decide of deciding)
        if (found.length > 0) found = await decide(db, { ...values, won: found[0] as object })
      if (found.length > 0)
        for (const step of following) await step(db, { ...values, won: found[0] as object })
      return found as R[]
    },
    together: compiledIn((db, values: V) => {
      const parts = [
        ...decisions.map((decide, index) => {
          const statement = decide(db, values, foundBy(index - 1))
          return part(won(index), index === 0 ? statement : held(statement, index - 1))
        }),
        ...follow.map((step, index) =>
          part(made(index), held(step(db, values, foundBy(last)), last)),
        ),
      ]
      const all = sql<R>`with ${sql.join(parts)} select * from ${sql.ref(won(last))}`
      return { compile: () => all.compile(db) }
    }),
  }
}

const won = (decision: number): string => `won_${decision}`
const made = (step: number): string => `made_${step}`

const part = (name: string, statement: Statement<unknown>): RawBuilder<unknown> =>
  sql`${sql.ref(name)} as (${statement})`

function held<R>(statement: Statement<R>, decision: number): Statement<R> {
  const { sql: text } = statement.compile()
  if (text.includes(won(decision))) return statement
  throw new Error(`a statement of a chain does not ask for its decision: ${text}`)
}

const itself = (row: object): Won => ({
  isThere: sql`true`,
  its: (column) => sql`${row[column as keyof typeof row]}`,
  row: (values, unless) =>
    unless === undefined
      ? sql`values (${sql.join(values)})`
      : sql`select ${sql.join(values)} where not ${unless}`,
  orMade: (select) => select,
})

/** For the same statements outside a chain. */
export const NOTHING_WON: Won = {
  ...itself({}),
  its: () => {
    throw new Error('nothing was decided before this statement')
  },
}

/** A statement does not see the rows that it makes: those come from the step. */
function foundBy(decision: number): Won {
  if (decision < 0) return NOTHING_WON
  const rows = sql.ref(won(decision))
  return {
    isThere: sql`exists (select from ${rows})`,
    its: (column) => sql`(select ${sql.ref(column)} from ${rows})`,
    row: (values, unless = sql`false`) =>
      sql`select ${sql.join(values)} from ${rows} where not ${unless}`,
    orMade: (select, step, column) =>
      sql`coalesce(${select}, (select ${sql.ref(column)} from ${sql.ref(made(step))}))`,
  }
}
