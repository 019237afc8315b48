import { sql } from 'kysely'
import type { EpochSeconds } from '../../base/time.ts'
import { compiled } from '../compiled.ts'
import type { Engine } from '../engine.ts'
import type {
  NewAccessToken,
  NewRefreshToken,
  RefreshTokenRecord,
  RefreshTokens,
  Rotation,
  RotationOutcome,
} from '../port.ts'
import type { Db } from '../tables.ts'
import { insertAccessToken } from './access-tokens.ts'
import {
  keepAuthorization,
  recordOf,
  revokeAuthorization,
  withGrant,
} from './authorization-rows.ts'

export const refreshTokens = (engine: Engine, tenant: string): RefreshTokens => ({
  find: (key) => engine.read((db) => findRefreshToken(db, tenant, key)),

  rotate: (key, rotation, now) =>
    engine.transaction(async (db): Promise<RotationOutcome> => {
      const { sealedResponse = null, graceUntil } = rotation
      await keepPast(db, tenant, rotation.bought.access, rotation.bought.refresh.expiresAt)
      const [won] = await consume(db, { tenant, key, sealedResponse, graceUntil, now })
      if (won === undefined) return repeatOrEnd(db, tenant, key, now)
      if (won.parent_key !== null) await wipe(db, { tenant, key: won.parent_key })
      await insertRefreshToken(db, tenant, rotation.bought.refresh, key)
      await insertAccessToken(db, tenant, rotation.bought.access)
      return { outcome: 'fresh' }
    }),

  use: (key, access, idleExpiresAt) =>
    engine.transaction(async (db) => {
      const used = await db
        .updateTable('refresh_token')
        .set({ idle_expires_at: idleExpiresAt, used_at: access.issuedAt })
        .where('tenant', '=', tenant)
        .where('key', '=', key)
        .where('consumed_at', 'is', null)
        .returning('expires_at')
        .executeTakeFirst()
      if (used === undefined) return false
      await keepPast(db, tenant, access, used.expires_at)
      await insertAccessToken(db, tenant, access)
      return true
    }),

  async forgetResponses(now) {
    await engine.statement((db) =>
      db
        .updateTable('refresh_token')
        .set({ sealed_response: null })
        .where('tenant', '=', tenant)
        .where('sealed_response', 'is not', null)
        .where('grace_until', '<=', now)
        .execute(),
    )
  },
})

export const insertRefreshToken = (
  db: Db,
  tenant: string,
  token: NewRefreshToken,
  parent: Buffer | null,
) => insertRow(db, { ...token, tenant, parent })

const insertRow = compiled(
  (db, row: NewRefreshToken & { readonly tenant: string; readonly parent: Buffer | null }) =>
    db.insertInto('refresh_token').values({
      tenant: row.tenant,
      key: row.key,
      parent_key: row.parent,
      authorization_uid: row.authorizationUid,
      application_uid: row.applicationUid,
      issued_at: row.issuedAt,
      expires_at: row.expiresAt,
      idle_expires_at: row.idleExpiresAt,
      consumed_at: null,
      sealed_response: null,
      grace_until: null,
      used_at: null,
    }),
)

/** The last access token of a family may outlive it. */
async function keepPast(
  db: Db,
  tenant: string,
  { authorizationUid: uid, expiresAt: until }: NewAccessToken,
  end: EpochSeconds,
): Promise<void> {
  if (uid !== undefined && until > end) await keepAuthorization(db, { tenant, uid, until })
}

interface Place {
  readonly tenant: string
  readonly key: Buffer
}

interface Consumption extends Place, Pick<Rotation, 'graceUntil'> {
  readonly sealedResponse: string | null
  readonly now: EpochSeconds
}

/** A row can stop being unconsumed only once, so one caller gets it back. */
const consume = compiled((db, { tenant, key, sealedResponse, graceUntil, now }: Consumption) =>
  db
    .updateTable('refresh_token')
    .set({ consumed_at: now, sealed_response: sealedResponse, grace_until: graceUntil })
    .where('tenant', '=', tenant)
    .where('key', '=', key)
    .where('consumed_at', 'is', null)
    .returning('parent_key'),
)

/**
 * Whoever uses the successor has received it; its parent has nothing left to repeat. A row without an
 * answer is left alone, so that a storm of replays writes once.
 */
const wipe = compiled((db, { tenant, key }: Place) =>
  db
    .updateTable('refresh_token')
    .set({ sealed_response: null })
    .where('tenant', '=', tenant)
    .where('key', '=', key)
    .where('sealed_response', 'is not', null),
)

const rowAt = compiled((db, { tenant, key }: Place) =>
  withGrant(
    db
      .selectFrom((each) =>
        each
          .selectFrom('refresh_token')
          .selectAll()
          .where('tenant', '=', tenant)
          .where('key', '=', key)
          .limit(sql.lit(1))
          .as('held'),
      )
      .select([
        'held.key',
        'held.issued_at',
        'held.expires_at',
        'held.idle_expires_at',
        'held.consumed_at',
        'held.sealed_response',
        'held.grace_until',
      ]),
  ),
)

async function repeatOrEnd(
  db: Db,
  tenant: string,
  key: Buffer,
  now: EpochSeconds,
): Promise<RotationOutcome> {
  const spent = await db
    .selectFrom('refresh_token')
    .select(['sealed_response', 'grace_until', 'authorization_uid'])
    .where('tenant', '=', tenant)
    .where('key', '=', key)
    .executeTakeFirst()
  if (spent === undefined) return { outcome: 'reused' }
  const { sealed_response: sealedResponse, grace_until: graceUntil } = spent
  if (sealedResponse !== null && now < (graceUntil ?? 0))
    return { outcome: 'repeated', sealedResponse }
  await revokeAuthorization(db, tenant, spent.authorization_uid, now)
  await wipe(db, { tenant, key })
  return { outcome: 'reused' }
}

async function findRefreshToken(
  db: Db,
  tenant: string,
  key: Buffer,
): Promise<RefreshTokenRecord | undefined> {
  const [row] = await rowAt(db, { tenant, key })
  if (row === undefined) return undefined
  return {
    key: row.key,
    authorizationUid: row.authorization_uid,
    applicationUid: row.application_uid,
    issuedAt: row.issued_at,
    expiresAt: row.expires_at,
    idleExpiresAt: row.idle_expires_at,
    consumedAt: row.consumed_at ?? undefined,
    sealedResponse: row.sealed_response ?? undefined,
    graceUntil: row.grace_until ?? undefined,
    authorization: recordOf(row),
  }
}
