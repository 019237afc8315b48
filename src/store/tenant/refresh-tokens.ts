import type { RawBuilder } from 'kysely'
import type { EpochSeconds } from '../../base/time.ts'
import { chained, NOTHING_WON, type Won } from '../chain.ts'
import { compiled } from '../compiled.ts'
import type { Engine } from '../engine.ts'
import { lookup, type Place } from '../lookup.ts'
import type {
  NewAccessToken,
  NewRefreshToken,
  RefreshTokenRecord,
  RefreshTokens,
  RotationOutcome,
} from '../port.ts'
import type { AccessTokenRow, RefreshTokenRow } from '../rows/tokens.ts'
import type { Db } from '../tables.ts'
import { accessTokenInsertion, accessTokenRow, insertAccessToken } from './access-tokens.ts'
import {
  isNobodys,
  keepAt,
  keepAuthorization,
  recordOf,
  revokeAuthorization,
  withGrant,
} from './authorization-rows.ts'

export const refreshTokens = (engine: Engine, tenant: string): RefreshTokens => ({
  find: (key) => engine.read((db) => findRefreshToken(db, tenant, key)),

  async rotate(key, { bought, sealedResponse = null, graceUntil }, now) {
    const { access, refresh } = bought
    const rotation = access.expiresAt > refresh.expiresAt ? rotationKept : rotationWithin
    const [won] = await engine.chain(rotation, {
      of: { tenant, key, sealedResponse, graceUntil, now },
      refresh: refreshTokenRow(tenant, refresh, key),
      access: accessTokenRow(tenant, access),
    })
    if (won !== undefined) return { outcome: 'fresh' }
    return engine.transaction((db) => repeatOrEnd(db, tenant, key, now))
  },

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
) => insertRow(db, refreshTokenRow(tenant, token, parent))

export const refreshTokenRow = (
  tenant: string,
  token: NewRefreshToken,
  parent: Buffer | null,
): RefreshTokenRow => ({
  tenant,
  key: token.key,
  parent_key: parent,
  authorization_uid: token.authorizationUid,
  application_uid: token.applicationUid,
  issued_at: token.issuedAt,
  expires_at: token.expiresAt,
  idle_expires_at: token.idleExpiresAt,
  consumed_at: null,
  sealed_response: null,
  grace_until: null,
  used_at: null,
})

const COLUMNS = [
  'tenant',
  'key',
  'parent_key',
  'authorization_uid',
  'application_uid',
  'issued_at',
  'expires_at',
  'idle_expires_at',
] as const satisfies readonly (keyof RefreshTokenRow)[]

/** Of a row that a chain stores. */
export const refreshTokenInsertion = (db: Db, row: RefreshTokenRow, won: Won) =>
  db
    .insertInto('refresh_token')
    .columns(COLUMNS)
    .expression(won.row(COLUMNS.map((name) => row[name])))

const insertRow = compiled((db, row: RefreshTokenRow) =>
  refreshTokenInsertion(db, row, NOTHING_WON),
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

interface Exchange {
  readonly of: Place & {
    readonly sealedResponse: string | null
    readonly graceUntil: EpochSeconds
    readonly now: EpochSeconds
  }
  readonly refresh: RefreshTokenRow
  readonly access: AccessTokenRow
}

/** A row can stop being unconsumed only once, so one caller gets it back. */
const consume = (db: Db, { of }: Exchange) =>
  db
    .updateTable('refresh_token')
    .set({ consumed_at: of.now, sealed_response: of.sealedResponse, grace_until: of.graceUntil })
    .where('tenant', '=', of.tenant)
    .where('key', '=', of.key)
    .where('consumed_at', 'is', null)
    .returning(['parent_key', 'authorization_uid'])

/**
 * Whoever uses the successor has received it; its parent has nothing left to repeat. A row without an
 * answer is left alone, so that a storm of replays writes once.
 */
const wipeAt = (db: Db, tenant: string, key: Buffer | RawBuilder<Buffer>) =>
  db
    .updateTable('refresh_token')
    .set({ sealed_response: null })
    .where('tenant', '=', tenant)
    .where('key', '=', key)
    .where('sealed_response', 'is not', null)

const wipe = compiled((db, { tenant, key }: Place) => wipeAt(db, tenant, key))

const STEPS = [
  (db: Db, { of }: Exchange, won: Won) => wipeAt(db, of.tenant, won.its('parent_key')),
  (db: Db, { refresh }: Exchange, won: Won) => refreshTokenInsertion(db, refresh, won),
  (db: Db, { access }: Exchange, won: Won) => accessTokenInsertion(db, access, won),
] as const

const rotationWithin = chained([consume], STEPS)

/** The last access token of a family may outlive it. */
const rotationKept = chained(
  [consume],
  [
    ...STEPS,
    (db, { of, access }, won) =>
      keepAt(db, {
        tenant: of.tenant,
        uid: won.its('authorization_uid'),
        until: access.expires_at,
      }),
  ],
)

const withOwners = lookup('refresh_token', (db, held) =>
  withGrant(
    db
      .selectFrom(held)
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
  const [row] = await withOwners.one(db, { tenant, key })
  if (row === undefined || isNobodys(row)) return undefined
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
