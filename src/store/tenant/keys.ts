import type { EpochSeconds } from '../../base/time.ts'
import type { StoredKey } from '../../model/key.ts'
import type { Engine } from '../engine.ts'
import type { KeyRotation, Keys } from '../port.ts'
import type { KeyRow } from '../rows/tokens.ts'
import type { Db } from '../tables.ts'

export const keys = (engine: Engine, tenant: string): Keys => ({
  async list() {
    const rows = await engine.read((db) =>
      db
        .selectFrom('signing_key')
        .selectAll()
        .where('tenant', '=', tenant)
        .orderBy('created_at')
        .orderBy('kid')
        .execute(),
    )
    return rows.map(keyOf)
  },

  insert: (key) =>
    engine.transaction(async (db) => {
      const isNew = await insertKey(db, tenant, key)
      if (isNew) await announceKeys(engine, db)
      return isNew
    }),

  rotate: (rotation, now) =>
    engine.transaction(async (db) => {
      const isPromoted = await promote(db, tenant, rotation, now)
      if (isPromoted) await announceKeys(engine, db)
      return isPromoted
    }),

  schedule: (kid, activateAt) =>
    engine.transaction(async (db) => {
      const scheduled = await keyIn(db, tenant, kid, 'pending')
        .set({ activate_at: activateAt })
        .executeTakeFirst()
      if (scheduled.numUpdatedRows === 0n) return false
      await announceKeys(engine, db)
      return true
    }),

  // No server has to read its keys again for this, so it is not announced.
  async cover(least, verifyUntil) {
    await engine.statement((db) =>
      db
        .updateTable('signing_key')
        .set({ verify_until: verifyUntil })
        .where('tenant', '=', tenant)
        .where('state', '=', 'active')
        .where('verify_until', '<', least)
        .execute(),
    )
  },

  retire: (now) =>
    engine.transaction(async (db) => {
      const retired = await db
        .updateTable('signing_key')
        .set({ state: 'retired', retired_at: now })
        .where('tenant', '=', tenant)
        .where('state', '=', 'retiring')
        .where('verify_until', '<=', now)
        .executeTakeFirst()
      if (retired.numUpdatedRows > 0n) await announceKeys(engine, db)
      return Number(retired.numUpdatedRows)
    }),
})

async function promote(
  db: Db,
  tenant: string,
  { algorithm, from, to, next, verifyUntil }: KeyRotation,
  now: EpochSeconds,
): Promise<boolean> {
  const left = await keyIn(db, tenant, from, 'active')
    .set((each) => ({
      state: 'retiring',
      // Only grows, whatever the lifetimes are now.
      verify_until: each
        .case()
        .when('verify_until', '>', verifyUntil)
        .then(each.ref('verify_until'))
        .else(each.cast<number>(each.val(verifyUntil), 'bigint'))
        .end(),
    }))
    .where('algorithm', '=', algorithm)
    .executeTakeFirst()
  if (left.numUpdatedRows === 0n) return false
  const entered = await keyIn(db, tenant, to, 'pending')
    .set({ state: 'active', activate_at: null, activated_at: now })
    .where('algorithm', '=', algorithm)
    .executeTakeFirst()
  if (entered.numUpdatedRows === 0n) throw new Error(`there is no pending key ${to}`)
  await insertKey(db, tenant, next)
  return true
}

const keyIn = (db: Db, tenant: string, kid: string, state: StoredKey['state']) =>
  db
    .updateTable('signing_key')
    .where('tenant', '=', tenant)
    .where('kid', '=', kid)
    .where('state', '=', state)

async function announceKeys(engine: Engine, db: Db): Promise<void> {
  await db
    .updateTable('config_head')
    .set((each) => ({ generation: each('generation', '+', 1) }))
    .where('owner', '=', '')
    .execute()
  await engine.announce(db, 'keys')
}

async function insertKey(db: Db, tenant: string, key: StoredKey): Promise<boolean> {
  const inserted = await db
    .insertInto('signing_key')
    .values({
      tenant,
      kid: key.kid,
      algorithm: key.algorithm,
      use: key.use,
      state: key.state,
      public_jwk: JSON.stringify(key.publicJwk),
      sealed_private: key.sealedPrivate,
      created_at: key.createdAt,
      activate_at: key.activateAt ?? null,
      activated_at: key.activatedAt ?? null,
      retired_at: key.retiredAt ?? null,
      verify_until: key.verifyUntil,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('kid')
    .executeTakeFirst()
  return inserted !== undefined
}

const keyOf = (row: KeyRow): StoredKey => ({
  kid: row.kid,
  algorithm: row.algorithm as StoredKey['algorithm'],
  use: 'sig',
  state: row.state as StoredKey['state'],
  publicJwk: JSON.parse(row.public_jwk),
  sealedPrivate: row.sealed_private,
  createdAt: row.created_at,
  activateAt: row.activate_at ?? undefined,
  activatedAt: row.activated_at ?? undefined,
  retiredAt: row.retired_at ?? undefined,
  verifyUntil: row.verify_until,
})
