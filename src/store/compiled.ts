import type { Compilable, CompiledQuery } from 'kysely'
import type { Db } from './tables.ts'

/** Stands where a value of the call will be. */
class Slot {
  readonly name: PropertyKey

  constructor(name: PropertyKey) {
    this.name = name
  }
}

const SLOTS: unknown = new Proxy({}, { get: (_none, name) => new Slot(name) })

/** Runs a statement before it returns. Undefined where somebody else's transaction is in the way. */
export type AtOnce = (text: string, values: readonly unknown[]) => unknown[] | undefined

const shortCuts = new WeakMap<object, AtOnce>()

/** From now on compiled statements go past the query builder, whose way takes longer than they do. */
export const runAtOnce = (db: Db, run: AtOnce): void => {
  shortCuts.set(db.getExecutor().adapter, run)
}

/**
 * A statement whose text is made once for each kind of database: building it costs more than running it.
 * `build` may put the values of a call into the statement, and must not look at them.
 */
export function compiled<V extends object, R>(
  build: (db: Db, values: V) => Compilable<R>,
): (db: Db, values: V) => Promise<R[]> {
  const known = new WeakMap<object, CompiledQuery<R>>()
  return async (db, values) => {
    const { adapter } = db.getExecutor()
    let query = known.get(adapter)
    if (query === undefined) {
      query = build(db, SLOTS as V).compile()
      known.set(adapter, query)
    }
    const parameters = query.parameters.map((each) =>
      each instanceof Slot ? values[each.name as keyof V] : each,
    )
    const rows = shortCuts.get(adapter)?.(query.sql, parameters)
    if (rows !== undefined) return rows as R[]
    return (await db.executeQuery<R>({ ...query, parameters })).rows
  }
}
