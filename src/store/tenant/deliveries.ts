import { type ExpressionBuilder, sql } from 'kysely'
import type { EpochSeconds } from '../../base/time.ts'
import type { Delivery } from '../../model/delivery.ts'
import type { Engine } from '../engine.ts'
import type { Claim, Deliveries, NewDelivery, Settlement } from '../port.ts'
import type { DeliveryRow } from '../rows/deliveries.ts'
import type { Db, Tables } from '../tables.ts'

/** Rows per statement, well below what either database takes as parameters of one. */
const CHUNK = 500
/** Written out, so that the databases see that the index of what is due will do. */
const PENDING = sql.lit('pending' as const)

export const deliveries = (engine: Engine, tenant: string): Deliveries => ({
  enqueue: (wanted, now) => engine.transaction((db) => insertDeliveries(db, tenant, wanted, now)),

  async claim(claim, now) {
    const rows = await engine.statement((db) => takeOn(db, tenant, claim, now))
    return rows.map(deliveryOf)
  },

  settle: (claimed, settlement, now) =>
    engine.statement((db) => settle(db, tenant, claimed, settlement, now)),

  async list({ states, limit }) {
    const rows = await engine.read((db) =>
      db
        .selectFrom('delivery')
        .selectAll()
        .where('tenant', '=', tenant)
        .where('state', 'in', states)
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute(),
    )
    return rows.map(deliveryOf)
  },
})

/** To be called in the transaction of what is to be told. */
export async function insertDeliveries(
  db: Db,
  tenant: string,
  wanted: readonly NewDelivery[],
  now: EpochSeconds,
): Promise<void> {
  for (let start = 0; start < wanted.length; start += CHUNK)
    await db
      .insertInto('delivery')
      .values(wanted.slice(start, start + CHUNK).map((each) => rowOf(tenant, each, now)))
      .onConflict((conflict) => conflict.doNothing())
      .execute()
}

/** Who moves `next_attempt_at` has it: the row no longer fits the condition of anybody else. */
const takeOn = (db: Db, tenant: string, claim: Claim, now: EpochSeconds) =>
  db
    .updateTable('delivery')
    .set((each) => ({
      attempts: each('attempts', '+', 1),
      next_attempt_at: claim.leaseUntil,
    }))
    .where('tenant', '=', tenant)
    .where('state', '=', PENDING)
    .where('next_attempt_at', '<=', now)
    .where('id', 'in', dueIn(db, tenant, claim, now))
    .returningAll()
    .execute()

const dueIn = (
  db: Db,
  tenant: string,
  { limit, perApplication, besides }: Claim,
  now: EpochSeconds,
) =>
  db
    .selectFrom((from) =>
      from
        .selectFrom('delivery')
        .select((each) => [
          'id',
          'next_attempt_at',
          each.fn
            .agg<number>('row_number')
            .over((over) => over.partitionBy('application_uid').orderBy('next_attempt_at'))
            .as('place'),
        ])
        .where('tenant', '=', tenant)
        .where('state', '=', PENDING)
        .where('next_attempt_at', '<=', now)
        .$if(besides.length > 0, (due) => due.where('application_uid', 'not in', besides))
        .as('due'),
    )
    .select('due.id')
    .where('due.place', '<=', perApplication)
    .orderBy('due.next_attempt_at')
    .limit(limit)

async function settle(
  db: Db,
  tenant: string,
  claimed: Delivery,
  settlement: Settlement,
  now: EpochSeconds,
): Promise<boolean> {
  const mine = (each: ExpressionBuilder<Tables, 'delivery'>) =>
    each.and({ tenant, id: claimed.id, state: 'pending', attempts: claimed.attempts })
  if (settlement.as === 'unwanted') {
    const deleted = await db.deleteFrom('delivery').where(mine).executeTakeFirst()
    return deleted.numDeletedRows > 0n
  }
  const changed = await db
    .updateTable('delivery')
    .set(
      settlement.as === 'again'
        ? { next_attempt_at: settlement.at, last_error: settlement.error }
        : {
            state: settlement.as,
            finished_at: now,
            last_error: settlement.as === 'failed' ? settlement.error : null,
          },
    )
    .where(mine)
    .executeTakeFirst()
  return changed.numUpdatedRows > 0n
}

const rowOf = (tenant: string, wanted: NewDelivery, now: EpochSeconds): DeliveryRow => ({
  tenant,
  id: wanted.id,
  kind: wanted.kind,
  application_uid: wanted.applicationUid,
  payload: JSON.stringify(wanted.payload),
  state: 'pending',
  attempts: 0,
  created_at: now,
  next_attempt_at: now,
  finished_at: null,
  last_error: null,
})

const deliveryOf = (row: DeliveryRow): Delivery => ({
  id: row.id,
  kind: row.kind,
  applicationUid: row.application_uid,
  payload: JSON.parse(row.payload),
  state: row.state,
  attempts: row.attempts,
  createdAt: row.created_at,
  nextAttemptAt: row.next_attempt_at,
  finishedAt: row.finished_at ?? undefined,
  lastError: row.last_error ?? undefined,
})
