import { type AliasedExpression, type Compilable, type Selectable, sql } from 'kysely'
import { compiled } from './compiled.ts'
import type { Db, Tables } from './tables.ts'

/** Where a row is that is found by a secret's digest. */
export interface Place {
  readonly tenant: string
  readonly key: Buffer
}

type Keyed = 'access_token' | 'authorization_code' | 'refresh_token'

/** A row by its place, with what hangs on it. */
export interface Lookup<R extends Place> {
  /** For whoever has more to ask for: to wait for others each time would add up. */
  one(db: Db, place: Place): Promise<R[]>
  /** What is wanted at a time, each as a tenant and a key of the same index; only PostgreSQL can do this. */
  all(db: Db, places: Places): Promise<R[]>
}

interface Places {
  readonly tenants: readonly string[]
  readonly keys: readonly Buffer[]
}

/**
 * `build` joins to the row `held`. SQLite plans a join anew whenever values beside its tables are bound, which takes
 * longer than it runs: they are inside.
 */
export const lookup = <T extends Keyed, R extends Place>(
  table: T,
  build: (db: Db, held: AliasedExpression<Selectable<Tables[T]>, 'held'>) => Compilable<R>,
): Lookup<R> => ({
  one: compiled((db, { tenant, key }: Place) =>
    build(
      db,
      sql<Selectable<Tables[T]>>`(select * from ${sql.table(table)}
        where tenant = ${tenant} and key = ${key} limit 1)`.as('held'),
    ),
  ),
  all: compiled((db, { tenants, keys }: Places) =>
    build(
      db,
      sql<Selectable<Tables[T]>>`(select found.*
        from unnest(cast(${tenants} as text[]), cast(${keys} as bytea[])) as asked (tenant, key)
        cross join lateral (select * from ${sql.table(table)} as each
          where each.tenant = asked.tenant and each.key = asked.key limit 1) as found)`.as('held'),
    ),
  ),
})

/** For those who ask at the same time: in their order, and nothing where there is no such row. */
export async function lookUpAll<R extends Place>(
  db: Db,
  { one, all }: Lookup<R>,
  places: readonly Place[],
): Promise<readonly (R | undefined)[]> {
  const [first] = places
  // PostgreSQL plans the other statement anew for a list that is shorter than it expects.
  if (first !== undefined && places.length === 1) return one(db, first)
  const rows = await all(db, {
    tenants: places.map(({ tenant }) => tenant),
    keys: places.map(({ key }) => key),
  })
  const found = new Map(rows.map((row) => [nameOf(row), row]))
  return places.map((place) => found.get(nameOf(place)))
}

const nameOf = ({ tenant, key }: Place): string => `${tenant} ${key.toString('latin1')}`
