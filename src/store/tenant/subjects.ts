import type { Engine } from '../engine.ts'
import type { Subjects } from '../port.ts'
import type { Db } from '../tables.ts'

export const subjects = (engine: Engine, tenant: string): Subjects => ({
  async take(userUid, sector, candidate) {
    const known = await engine.read((db) => find(db, tenant, userUid, sector))
    if (known !== undefined) return known.sub
    await engine.statement((db) =>
      db
        .insertInto('pairwise_subject')
        .values({ tenant, sector, user_uid: userUid, sub: candidate })
        // Of two that come first at once, one stays, and both read it.
        .onConflict((conflict) => conflict.columns(['tenant', 'sector', 'user_uid']).doNothing())
        .execute(),
    )
    const kept = await engine.read((db) => find(db, tenant, userUid, sector))
    if (kept === undefined) throw new Error('a subject that was stored is not there')
    return kept.sub
  },

  async find(sub, sector) {
    const row = await engine.read((db) =>
      db
        .selectFrom('pairwise_subject')
        .select('user_uid')
        .where('tenant', '=', tenant)
        .where('sub', '=', sub)
        .where('sector', '=', sector)
        .executeTakeFirst(),
    )
    return row?.user_uid
  },
})

const find = (db: Db, tenant: string, userUid: string, sector: string) =>
  db
    .selectFrom('pairwise_subject')
    .select('sub')
    .where('tenant', '=', tenant)
    .where('sector', '=', sector)
    .where('user_uid', '=', userUid)
    .executeTakeFirst()
