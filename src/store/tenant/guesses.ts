import { sql } from 'kysely'
import type { Engine } from '../engine.ts'
import type { Guesses } from '../port.ts'

export const guesses = (engine: Engine, tenant: string): Guesses => ({
  async reserve(source, { most, window }, now) {
    const until = now + window
    const isOver = sql<boolean>`guess.until <= cast(${now} as bigint)`
    const taken = await engine.statement((db) =>
      db
        .insertInto('guess')
        .values({ tenant, source, guesses: 1, until })
        .onConflict((conflict) =>
          conflict
            .columns(['tenant', 'source'])
            .doUpdateSet({
              guesses: sql`case when ${isOver} then 1 else guess.guesses + 1 end`,
              until: sql`case when ${isOver} then cast(${until} as bigint) else guess.until end`,
            })
            .where((each) =>
              each.or([each('guess.until', '<=', now), each('guess.guesses', '<', most)]),
            ),
        )
        .returning('guesses')
        .executeTakeFirst(),
    )
    if (taken !== undefined) return 'allowed'
    const full = await engine.read((db) =>
      db
        .selectFrom('guess')
        .select('until')
        .where('tenant', '=', tenant)
        .where('source', '=', source)
        .executeTakeFirst(),
    )
    return { waitUntil: full?.until ?? until }
  },

  async giveBack(source) {
    await engine.statement((db) =>
      db
        .updateTable('guess')
        .set((each) => ({ guesses: each('guesses', '-', 1) }))
        .where('tenant', '=', tenant)
        .where('source', '=', source)
        .where('guesses', '>', 0)
        .execute(),
    )
  },
})
