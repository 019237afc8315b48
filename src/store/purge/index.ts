import { type RawBuilder, sql } from 'kysely'
import type { EpochSeconds, Seconds } from '../../base/time.ts'
import type { Engine } from '../engine.ts'
import type { Place, Purging, Sweep } from '../port/purging.ts'
import { RETENTION } from './retention.ts'
import type { Rule } from './rule.ts'

/** Rows so young are looked at again and again only as long as some of them are over. */
const YOUNG: Seconds = 86_400
/** Greater than any key or ULID of our time. */
const LAST_KEY = Buffer.alloc(6, 255)
const LAST_ULID = 'Z'

const RULES = new Map(
  Object.entries(RETENTION).flatMap(([table, rule]): [string, Rule<never>][] =>
    'stays' in rule ? [] : [[table, rule as unknown as Rule<never>]],
  ),
)

/**
 * A table is walked along its primary key, so that no index of when rows end has to be kept: each step
 * finds where the next rows end, and removes those of them that are over in one statement. How many they are
 * is written out, and they are looked up one by one: PostgreSQL would read on to the end of the table where
 * it is told only before which key of two columns to stop.
 */
export const purging = (engine: Engine): Purging => ({
  tables: [...RULES.keys()],

  async sweep(table, { now, from, limit }: Sweep) {
    const rule = ruleOf(table)
    const to = await engine.read(async (db) => {
      const { rows } = await sql<Record<string, unknown>>`select ${columnsOf(rule)}
        from ${sql.table(table)} where ${behind(rule, from)}
        order by ${columnsOf(rule)} limit 1 offset ${sql.lit(limit - 1)}`.execute(db)
      return rows[0] && rule.key.map((column) => rows[0]?.[column])
    })
    const { numAffectedRows = 0n } = await engine.statement((db) =>
      sql`delete from ${sql.table(table)} where (${columnsOf(rule)}) in (select ${columnsOf(rule)}
        from ${sql.table(table)} where ${behind(rule, from)}
        order by ${columnsOf(rule)} limit ${sql.lit(limit)}) and (${overAt(rule, now)})`.execute(
        db,
      ),
    )
    const removed = Number(numAffectedRows)
    return { removed, next: to && (removed === 0 ? pastTheYoung(rule, to, now) : to) }
  },

  count: (table, now) =>
    engine.read(async (db) => {
      const { rows } = await sql<{ readonly count: number }>`select count(*) as count
        from ${sql.table(table)} where ${overAt(ruleOf(table), now)}`.execute(db)
      return Number(rows[0]?.count ?? 0)
    }),

  // A row can be taken over only when its time is up, so one of them gets it back.
  async takeTurn(holder, until, now) {
    const taken = await engine.statement((db) =>
      db
        .insertInto('purge_turn')
        .values({ id: 1, holder, until })
        .onConflict((conflict) =>
          conflict
            .column('id')
            .doUpdateSet({ holder, until })
            .where((each) =>
              each.or([
                each('purge_turn.until', '<=', now),
                each('purge_turn.holder', '=', holder),
              ]),
            ),
        )
        .returning('holder')
        .executeTakeFirst(),
    )
    return taken !== undefined
  },
})

function ruleOf(table: string): Rule<never> {
  const rule = RULES.get(table)
  if (rule === undefined) throw new Error(`nothing goes of ${table}`)
  return rule
}

const columnsOf = ({ key }: Rule<never>): RawBuilder<unknown> =>
  sql.join(key.map((column) => sql.ref(column)))

const behind = (rule: Rule<never>, from: Place | undefined): RawBuilder<unknown> =>
  from === undefined ? sql`1 = 1` : sql`(${columnsOf(rule)}) > (${sql.join([...from])})`

const overAt = ({ over }: Rule<never>, now: EpochSeconds): RawBuilder<unknown> =>
  over((length) => now - length)

/**
 * Where the last rows were young and none of them over, those that follow are younger still: the sweep goes
 * on with the next tenant. What ends sooner than what came before it, waits a day for it at most.
 */
function pastTheYoung({ since }: Rule<never>, to: Place, now: EpochSeconds): Place {
  if (since === undefined) return to
  const [tenant, at, ...rest] = to
  const limit = since(now - YOUNG)
  if (typeof limit === 'string')
    return String(at) < limit ? to : [tenant, LAST_ULID, ...rest.map(() => LAST_ULID)]
  return Buffer.compare(Buffer.from(at as Buffer), limit) < 0 ? to : [tenant, LAST_KEY]
}
