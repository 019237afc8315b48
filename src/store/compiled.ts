import type { Compilable, CompiledQuery } from 'kysely'
import type { Db } from './tables.ts'

/** Stands where a value of the call will be. */
class Slot {
  readonly of: (values: never) => unknown

  constructor(of: Slot['of']) {
    this.of = of
  }
}

const SLOTS: unknown = new Proxy(
  {},
  { get: (_none, name) => new Slot((values: Record<PropertyKey, unknown>) => values[name]) },
)

const GROUPED: unknown = new Proxy(
  {},
  {
    get: (_none, group) =>
      new Proxy(
        {},
        {
          get: (_nothing, name) =>
            new Slot(
              (values: Record<PropertyKey, Record<PropertyKey, unknown>>) => values[group]?.[name],
            ),
        },
      ),
  },
)

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
export const compiled = <V extends object, R>(build: Build<V, R>): Run<V, R> =>
  compiledWith(SLOTS as V, build)

/** The same, of values in groups, which may have names in common. */
export const compiledIn = <V extends object, R>(build: Build<V, R>): Run<V, R> =>
  compiledWith(GROUPED as V, build)

type Build<V, R> = (db: Db, values: V) => Compilable<R>
type Run<V, R> = (db: Db, values: V) => Promise<R[]>

function compiledWith<V, R>(slots: V, build: Build<V, R>): Run<V, R> {
  const known = new WeakMap<object, CompiledQuery<R>>()
  return async (db, values) => {
    const { adapter } = db.getExecutor()
    let query = known.get(adapter)
    if (query === undefined) {
      query = build(db, slots).compile()
      known.set(adapter, query)
    }
    const parameters = query.parameters.map((each) =>
      each instanceof Slot ? each.of(values as never) : each,
    )
    const shortCut = db.isTransaction ? undefined : shortCuts.get(adapter)
    const rows = shortCut?.(query.sql, parameters)
    if (rows !== undefined) return rows as R[]
    return (await db.executeQuery<R>({ ...query, parameters })).rows
  }
}
