import { sql } from 'kysely'
import type { Engine } from '../engine.ts'
import type { Attempts } from '../port.ts'

export const attempts = (engine: Engine, tenant: string): Attempts => ({
  ...counting(engine, tenant),
  ...recognising(engine, tenant),
})

type Counting = Pick<Attempts, 'reserve' | 'clear' | 'clearAll'>

const counting = (engine: Engine, tenant: string): Counting => ({
  async reserve(userUid, source, { maxFailures, lockout }, now) {
    const lockedUntil = now + lockout
    // A lock that is over is forgotten: the count begins again with this attempt.
    const failures = sql<number>`case when attempt.locked_until is null then attempt.failures + 1 else 1 end`
    const reserved = await engine.statement((db) =>
      db
        .insertInto('attempt')
        .values({
          tenant,
          user_uid: userUid,
          source,
          failures: 1,
          locked_until: maxFailures <= 1 ? lockedUntil : null,
        })
        .onConflict((conflict) =>
          conflict
            .columns(['tenant', 'user_uid', 'source'])
            .doUpdateSet({
              failures,
              locked_until: sql`case when (${failures}) >= cast(${maxFailures} as bigint)
                then cast(${lockedUntil} as bigint) end`,
            })
            .where((each) =>
              each.or([
                each('attempt.locked_until', 'is', null),
                each('attempt.locked_until', '<=', now),
              ]),
            ),
        )
        .returning('attempt.failures')
        .executeTakeFirst(),
    )
    return reserved === undefined ? 'locked' : 'allowed'
  },

  async clear(userUid, source) {
    await engine.statement((db) =>
      db
        .deleteFrom('attempt')
        .where('tenant', '=', tenant)
        .where('user_uid', '=', userUid)
        .where('source', '=', source)
        .execute(),
    )
  },

  async clearAll(userUid) {
    await engine.statement((db) =>
      db
        .deleteFrom('attempt')
        .where('tenant', '=', tenant)
        .where('user_uid', '=', userUid)
        .execute(),
    )
  },
})

const recognising = (engine: Engine, tenant: string): Omit<Attempts, keyof Counting> => ({
  async isKnownBrowser(userUid, digest) {
    const known = await engine.read((db) =>
      db
        .selectFrom('known_browser')
        .select('seen_at')
        .where('tenant', '=', tenant)
        .where('user_uid', '=', userUid)
        .where('digest', '=', digest)
        .executeTakeFirst(),
    )
    return known !== undefined
  },

  async rememberBrowser(userUid, digest, now) {
    await engine.statement((db) =>
      db
        .insertInto('known_browser')
        .values({ tenant, user_uid: userUid, digest, seen_at: now })
        .onConflict((conflict) =>
          conflict.columns(['tenant', 'user_uid', 'digest']).doUpdateSet({ seen_at: now }),
        )
        .execute(),
    )
  },
})
