import { sql } from 'kysely'
import type { EpochSeconds } from '../../base/time.ts'
import { compiled } from '../compiled.ts'
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
    const limits = { maxFailures, lockedUntil, lockedAtOnce: maxFailures <= 1 ? lockedUntil : null }
    const reserved = await engine.statement((db) =>
      reserveAttempt(db, { tenant, userUid, source, now, ...limits }),
    )
    return reserved.length === 0 ? 'locked' : 'allowed'
  },

  async clear(userUid, source) {
    await engine.statement((db) => clearAttempts(db, { tenant, userUid, source }))
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
    const known = await engine.read((db) => knownBrowser(db, { tenant, userUid, digest }))
    return known.length > 0
  },

  async rememberBrowser(userUid, digest, now) {
    await engine.statement((db) => rememberBrowser(db, { tenant, userUid, digest, now }))
  },
})

interface Of {
  readonly tenant: string
  readonly userUid: string
}

interface Counted extends Of {
  readonly source: string
}

interface Reservation extends Counted {
  readonly now: EpochSeconds
  readonly maxFailures: number
  readonly lockedUntil: EpochSeconds
  readonly lockedAtOnce: EpochSeconds | null
}

/** A lock that is over is forgotten: the count begins again with this attempt. */
const FAILURES = sql<number>`case when attempt.locked_until is null then attempt.failures + 1 else 1 end`

const reserveAttempt = compiled(
  (db, { tenant, userUid, source, now, maxFailures, lockedUntil, lockedAtOnce }: Reservation) =>
    db
      .insertInto('attempt')
      .values({ tenant, user_uid: userUid, source, failures: 1, locked_until: lockedAtOnce })
      .onConflict((conflict) =>
        conflict
          .columns(['tenant', 'user_uid', 'source'])
          .doUpdateSet({
            failures: FAILURES,
            locked_until: sql`case when (${FAILURES}) >= cast(${maxFailures} as bigint)
              then cast(${lockedUntil} as bigint) end`,
          })
          .where((each) =>
            each.or([
              each('attempt.locked_until', 'is', null),
              each('attempt.locked_until', '<=', now),
            ]),
          ),
      )
      .returning('attempt.failures'),
)

const clearAttempts = compiled((db, { tenant, userUid, source }: Counted) =>
  db
    .deleteFrom('attempt')
    .where('tenant', '=', tenant)
    .where('user_uid', '=', userUid)
    .where('source', '=', source),
)

interface InBrowser extends Of {
  readonly digest: string
}

const knownBrowser = compiled((db, { tenant, userUid, digest }: InBrowser) =>
  db
    .selectFrom('known_browser')
    .select('seen_at')
    .where('tenant', '=', tenant)
    .where('user_uid', '=', userUid)
    .where('digest', '=', digest),
)

const rememberBrowser = compiled(
  (db, { tenant, userUid, digest, now }: InBrowser & { readonly now: EpochSeconds }) =>
    db
      .insertInto('known_browser')
      .values({ tenant, user_uid: userUid, digest, seen_at: now })
      .onConflict((conflict) =>
        conflict.columns(['tenant', 'user_uid', 'digest']).doUpdateSet({ seen_at: now }),
      ),
)
