import type { StoredKey } from '../../model/key.ts'
import { record } from '../append-audit.ts'
import type { NewAuditEntry } from '../config-port.ts'
import type { Engine } from '../engine.ts'
import type { Adoption, IssuedUnder, KeyActor, Keys, KeyTransition } from '../port.ts'
import type { Db } from '../tables.ts'
import { countAlive, endIssued } from './key-grants.ts'
import { holderOf, insertKey, keyIn, keyOf, moveKey, stateOf } from './key-rows.ts'

export const keys = (engine: Engine, tenant: string): Keys => ({
  async list() {
    const rows = await engine.read((db) =>
      db
        .selectFrom('signing_key')
        .selectAll()
        .where('tenant', '=', tenant)
        .orderBy('ordinal')
        .orderBy('kid')
        .execute(),
    )
    return rows.map(keyOf)
  },

  insert: (key, by) =>
    engine.transaction(async (db) => {
      if (!(await insertKey(db, tenant, key))) return false
      await announceKeys(engine, db)
      await record(db, [entry(tenant, by, 'key.create', key.kid, { to: key.state })])
      return true
    }),

  adopt: (key, by) => engine.transaction((db) => adopt(engine, db, { tenant, key, by })),

  async transition(transition, by) {
    try {
      await engine.transaction(async (db) => {
        const entries = await carryOut(db, tenant, transition, by)
        await announceKeys(engine, db)
        await record(db, entries)
      })
      return true
    } catch (error) {
      if (error instanceof Superseded) return false
      throw error
    }
  },

  schedule: (kid, activateAt, by) =>
    engine.transaction(async (db) => {
      const scheduled = await keyIn(db, tenant, kid, 'pending')
        .set({ activate_at: activateAt })
        .executeTakeFirst()
      if (scheduled.numUpdatedRows === 0n) return false
      await announceKeys(engine, db)
      await record(db, [entry(tenant, by, 'key.schedule', kid, { activateAt })])
      return true
    }),

  // No server has to read its keys again for this, so it is not announced.
  async cover(algorithms, least, verifyUntil) {
    await engine.statement((db) =>
      db
        .updateTable('signing_key')
        .set({ verify_until: verifyUntil })
        .where('tenant', '=', tenant)
        .where('algorithm', 'in', algorithms)
        .where('state', '=', 'active')
        .where('verify_until', '<', least)
        .execute(),
    )
  },

  endIssued: (issued, kid, by) =>
    engine.transaction((db) => endAndRecord(db, { tenant, issued, kid, by })),

  countAlive: (issued, now) => engine.read((db) => countAlive(db, tenant, issued, now)),
})

interface Ending {
  readonly tenant: string
  readonly issued: IssuedUnder
  readonly kid: string
  readonly by: KeyActor
}

async function endAndRecord(db: Db, { tenant, issued, kid, by }: Ending): Promise<number> {
  const ended = await endIssued(db, tenant, issued, by.at)
  if (ended > 0) await record(db, [entry(tenant, by, 'key.end-grants', kid, { ended })])
  return ended
}

interface Adopting {
  readonly tenant: string
  readonly key: StoredKey
  readonly by: KeyActor
}

async function adopt(engine: Engine, db: Db, { tenant, key, by }: Adopting): Promise<Adoption> {
  // First, because it locks the one row that every change of keys writes: of two tenants that take in
  // one key, the second one sees it below.
  await announceKeys(engine, db)
  const holder = await holderOf(db, key.kid)
  if (holder?.tenant === tenant) return { outcome: 'known', state: stateOf(holder) }
  if (holder !== undefined) return { outcome: 'elsewhere' }
  if (!(await insertKey(db, tenant, key))) return { outcome: 'misplaced' }
  await record(db, [entry(tenant, by, 'key.import', key.kid, { to: key.state })])
  return { outcome: 'adopted' }
}

/** Thrown to roll back what was begun. */
class Superseded extends Error {
  override readonly name = 'Superseded'
}

async function carryOut(
  db: Db,
  tenant: string,
  { moves, added }: KeyTransition,
  by: KeyActor,
): Promise<readonly NewAuditEntry[]> {
  const entries: NewAuditEntry[] = []
  for (const move of moves) {
    if (!(await moveKey(db, tenant, move, by))) throw new Superseded()
    const { kid, from, to } = move
    entries.push(entry(tenant, by, ACTIONS[to], kid, { from, to }))
  }
  for (const key of added) {
    const isNew = await insertKey(db, tenant, key)
    if (!isNew && key.state === 'active') throw new Superseded()
    if (isNew) entries.push(entry(tenant, by, 'key.create', key.kid, { to: key.state }))
  }
  return entries
}

const ACTIONS: Readonly<Record<StoredKey['state'], string>> = {
  pending: 'key.create',
  active: 'key.promote',
  retiring: 'key.supersede',
  retired: 'key.retire',
  compromised: 'key.compromise',
}

const entry = (
  tenant: string,
  { tenantName, actor, reason, at }: KeyActor,
  action: string,
  kid: string,
  details: NewAuditEntry['details'],
): NewAuditEntry => ({
  revision: undefined,
  at,
  actor,
  action,
  address: `Key/${tenantName}/${kid}`,
  objectUid: tenant,
  details: { ...details, reason },
})

/** Servers read the keys again. */
export async function announceKeys(engine: Engine, db: Db): Promise<void> {
  await db
    .updateTable('config_head')
    .set((each) => ({ generation: each('generation', '+', 1) }))
    .where('owner', '=', '')
    .execute()
  await engine.announce(db, 'keys')
}
