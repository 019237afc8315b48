import { sql } from 'kysely'
import type { EpochSeconds } from '../../base/time.ts'
import type { Engine } from '../engine.ts'
import type { DeviceRecord, Devices } from '../port.ts'
import type { DeviceRow } from '../rows/devices.ts'
import type { Db } from '../tables.ts'
import {
  findAuthorization,
  inSession,
  insertAuthorization,
  revokeAuthorization,
} from './authorization-rows.ts'
import { insertTokens } from './codes.ts'

export const devices = (engine: Engine, tenant: string): Devices => ({
  ...finding(engine, tenant),
  ...waiting(engine, tenant),
  ...deciding(engine, tenant),

  redeem: (key, bought, now) =>
    engine.transaction(async (db) => {
      if (!(await consume(db, tenant, key, now))) {
        await endBoughtBy(db, tenant, key, now)
        return 'replayed'
      }
      await insertTokens(db, tenant, bought)
      return 'fresh'
    }),
})

type Finding = Pick<Devices, 'find' | 'findPending'>

const finding = (engine: Engine, tenant: string): Finding => ({
  find: (key) =>
    engine.read(async (db) =>
      recordOf(
        db,
        await db
          .selectFrom('device')
          .selectAll()
          .where('tenant', '=', tenant)
          .where('key', '=', key)
          .executeTakeFirst(),
      ),
    ),

  findPending: (userCode, now) =>
    engine.read(async (db) =>
      recordOf(
        db,
        await db
          .selectFrom('device')
          .selectAll()
          .where('tenant', '=', tenant)
          .where('user_code', '=', userCode)
          .where('expires_at', '>', now)
          .where('approved_at', 'is', null)
          .where('denied_at', 'is', null)
          .executeTakeFirst(),
      ),
    ),
})

type Waiting = Pick<Devices, 'begin' | 'poll'>

const waiting = (engine: Engine, tenant: string): Waiting => ({
  async begin(device) {
    const row = rowOf(tenant, device)
    const begun = await engine.statement((db) =>
      db
        .insertInto('device')
        .values(row)
        .onConflict((conflict) =>
          conflict
            .columns(['tenant', 'user_code'])
            .doUpdateSet(row)
            .where('device.expires_at', '<=', device.createdAt),
        )
        .returning('key')
        .executeTakeFirst(),
    )
    return begun !== undefined
  },

  async poll(key, penalty, now) {
    // Both read the row as it was: whether it is too soon is decided and counted by one statement.
    const isTooSoon = sql<boolean>`polled_at is not null
      and polled_at + poll_interval > cast(${now} as bigint)`
    const polled = await engine.statement((db) =>
      db
        .updateTable('device')
        .set({
          polled_at: now,
          is_hasty: sql`case when ${isTooSoon} then 1 else 0 end`,
          poll_interval: sql`case when ${isTooSoon}
            then poll_interval + cast(${penalty} as bigint) else poll_interval end`,
        })
        .where('tenant', '=', tenant)
        .where('key', '=', key)
        .where('approved_at', 'is', null)
        .where('denied_at', 'is', null)
        .returning('is_hasty')
        .executeTakeFirst(),
    )
    return polled?.is_hasty === 1 ? 'too-soon' : 'in-time'
  },
})

type Deciding = Pick<Devices, 'open' | 'approve' | 'deny'>

const deciding = (engine: Engine, tenant: string): Deciding => ({
  async open(userCode, userUid, now) {
    const opened = await engine.statement((db) =>
      pending(db, tenant, userCode, now)
        .set({ opened_by: userUid })
        .where((each) => each.or([each('opened_by', 'is', null), each('opened_by', '=', userUid)]))
        .executeTakeFirst(),
    )
    return opened !== undefined
  },

  approve: (userCode, allowed, now) =>
    engine.transaction(async (db) => {
      const authorization = await inSession(db, tenant, allowed)
      if (authorization === undefined) return false
      const approved = await pending(db, tenant, userCode, now)
        .set({ approved_at: now, authorization_uid: authorization.uid })
        .where('opened_by', '=', authorization.userUid)
        .where('application_uid', '=', authorization.applicationUid)
        .executeTakeFirst()
      if (approved === undefined) return false
      await insertAuthorization(db, tenant, authorization, approved.expires_at)
      return true
    }),

  async deny(userCode, userUid, now) {
    const denied = await engine.statement((db) =>
      pending(db, tenant, userCode, now)
        .set({ denied_at: now })
        .where('opened_by', '=', userUid)
        .executeTakeFirst(),
    )
    return denied !== undefined
  },
})

/** A row can stop being pending only once, so one caller gets it back. */
const pending = (db: Db, tenant: string, userCode: string, now: EpochSeconds) =>
  db
    .updateTable('device')
    .where('tenant', '=', tenant)
    .where('user_code', '=', userCode)
    .where('expires_at', '>', now)
    .where('approved_at', 'is', null)
    .where('denied_at', 'is', null)
    .returning('expires_at')

const consume = (db: Db, tenant: string, key: Buffer, now: EpochSeconds) =>
  db
    .updateTable('device')
    .set({ consumed_at: now })
    .where('tenant', '=', tenant)
    .where('key', '=', key)
    .where('approved_at', 'is not', null)
    .where('consumed_at', 'is', null)
    .returning('authorization_uid')
    .executeTakeFirst()

/** As with codes: a second use means that it leaked, so what the first one won ends too. */
async function endBoughtBy(db: Db, tenant: string, key: Buffer, now: EpochSeconds) {
  const spent = await db
    .selectFrom('device')
    .select('authorization_uid')
    .where('tenant', '=', tenant)
    .where('key', '=', key)
    .executeTakeFirst()
  const uid = spent?.authorization_uid ?? undefined
  if (uid !== undefined) await revokeAuthorization(db, tenant, uid, now)
}

const rowOf = (tenant: string, device: Parameters<Devices['begin']>[0]): DeviceRow => ({
  tenant,
  key: device.key,
  user_code: device.userCode,
  application_uid: device.applicationUid,
  scopes: JSON.stringify(device.scopes),
  resources: JSON.stringify(device.resources),
  client_address: device.clientAddress,
  user_agent: device.userAgent,
  created_at: device.createdAt,
  expires_at: device.expiresAt,
  poll_interval: device.interval,
  polled_at: null,
  is_hasty: 0,
  opened_by: null,
  approved_at: null,
  denied_at: null,
  authorization_uid: null,
  consumed_at: null,
})

async function recordOf(db: Db, row: DeviceRow | undefined): Promise<DeviceRecord | undefined> {
  if (row === undefined) return undefined
  return {
    key: row.key,
    userCode: row.user_code,
    applicationUid: row.application_uid,
    scopes: JSON.parse(row.scopes),
    resources: JSON.parse(row.resources),
    clientAddress: row.client_address,
    userAgent: row.user_agent,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    interval: row.poll_interval,
    openedBy: row.opened_by ?? undefined,
    deniedAt: row.denied_at ?? undefined,
    consumedAt: row.consumed_at ?? undefined,
    authorization:
      row.authorization_uid === null
        ? undefined
        : await findAuthorization(db, row.tenant, row.authorization_uid),
  }
}
