import type { EpochSeconds } from '../../base/time.ts'
import { chained, type Won } from '../chain.ts'
import { compiled } from '../compiled.ts'
import type { Engine } from '../engine.ts'
import { lookup } from '../lookup.ts'
import type { CodeRecord, Codes, NewCode, NewTokens } from '../port.ts'
import type { AccessTokenRow, CodeRow, RefreshTokenRow } from '../rows/tokens.ts'
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
import { insertRefreshToken, refreshTokenInsertion, refreshTokenRow } from './refresh-tokens.ts'

export const codes = (engine: Engine, tenant: string): Codes => ({
  find: (key) => engine.read((db) => findCode(db, tenant, key)),

  async redeem(key, { access, refresh }, now) {
    const until = Math.max(access.expiresAt, refresh?.expiresAt ?? 0)
    const of = { tenant, key, now, until }
    const bought = { of, access: accessTokenRow(tenant, access) }
    const [won] =
      refresh === undefined
        ? await engine.chain(redemption, bought)
        : await engine.chain(redemptionWithRefresh, {
            ...bought,
            refresh: refreshTokenRow(tenant, refresh, null),
          })
    if (won !== undefined) return 'fresh'
    await engine.transaction((db) => endBoughtBy(db, tenant, key, now))
    return 'replayed'
  },

  async burn(key, now) {
    await engine.statement((db) => burn(db, { tenant, key, now }))
  },
})

export const codeRow = (tenant: string, authorizationUid: string, code: NewCode): CodeRow => ({
  tenant,
  key: code.key,
  authorization_uid: authorizationUid,
  redirect_uri: code.redirectUri,
  code_challenge: code.codeChallenge ?? null,
  expires_at: code.expiresAt,
  consumed_at: null,
})

const COLUMNS = [
  'tenant',
  'key',
  'authorization_uid',
  'redirect_uri',
  'code_challenge',
  'expires_at',
  'consumed_at',
] as const satisfies (keyof CodeRow)[]

/** Of a row that a chain stores. */
export const codeInsertion = (db: Db, row: CodeRow, won: Won) =>
  db
    .insertInto('authorization_code')
    .columns(COLUMNS)
    .expression(won.row(COLUMNS.map((name) => row[name])))

interface Consumption {
  readonly tenant: string
  readonly key: Buffer
  readonly now: EpochSeconds
}

/** A row can stop being unconsumed only once, so one caller gets it back. */
const consume = (db: Db, { tenant, key, now }: Consumption) =>
  db
    .updateTable('authorization_code')
    .set({ consumed_at: now })
    .where('tenant', '=', tenant)
    .where('key', '=', key)
    .where('consumed_at', 'is', null)
    .returning('authorization_uid')

const burn = compiled(consume)

interface Purchase {
  readonly of: Consumption & { readonly until: EpochSeconds }
  readonly access: AccessTokenRow
}

const consumeFor = (db: Db, { of }: Purchase) => consume(db, of)

const STEPS = [
  (db: Db, { of }: Purchase, won: Won) =>
    keepAt(db, { tenant: of.tenant, uid: won.its('authorization_uid'), until: of.until }),
  (db: Db, { access }: Purchase, won: Won) => accessTokenInsertion(db, access, won),
] as const

const redemption = chained([consumeFor], STEPS)

const redemptionWithRefresh = chained(
  [consumeFor],
  [
    ...STEPS,
    (db: Db, { refresh }: Purchase & { readonly refresh: RefreshTokenRow }, won: Won) =>
      refreshTokenInsertion(db, refresh, won),
  ],
)

const withOwners = lookup('authorization_code', (db, held) =>
  withGrant(
    db
      .selectFrom(held)
      .select([
        'held.key',
        'held.redirect_uri',
        'held.code_challenge',
        'held.expires_at',
        'held.consumed_at',
      ]),
  ),
)

/** RFC 6749 §4.1.2: a second use means the code leaked, so what the first one won ends too. */
async function endBoughtBy(db: Db, tenant: string, key: Buffer, now: EpochSeconds) {
  const spent = await db
    .selectFrom('authorization_code')
    .select('authorization_uid')
    .where('tenant', '=', tenant)
    .where('key', '=', key)
    .executeTakeFirst()
  if (spent !== undefined) await revokeAuthorization(db, tenant, spent.authorization_uid, now)
}

export async function insertTokens(db: Db, tenant: string, { access, refresh }: NewTokens) {
  const { authorizationUid: uid } = access
  const until = Math.max(access.expiresAt, refresh?.expiresAt ?? 0)
  if (uid !== undefined) await keepAuthorization(db, { tenant, uid, until })
  await insertAccessToken(db, tenant, access)
  if (refresh !== undefined) await insertRefreshToken(db, tenant, refresh, null)
}

async function findCode(db: Db, tenant: string, key: Buffer): Promise<CodeRecord | undefined> {
  const [row] = await withOwners.one(db, { tenant, key })
  if (row === undefined || isNobodys(row)) return undefined
  return {
    key: row.key,
    redirectUri: row.redirect_uri,
    codeChallenge: row.code_challenge ?? undefined,
    expiresAt: row.expires_at,
    consumedAt: row.consumed_at ?? undefined,
    authorization: recordOf(row),
  }
}
