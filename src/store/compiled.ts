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
    return (await db.executeQuery<R>({ ...query, parameters })).rows
  }
}
