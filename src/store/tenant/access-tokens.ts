import type { Selectable } from 'kysely'
import { NAMES, valuesOf } from '../appended.ts'
import { NOTHING_WON, type Won } from '../chain.ts'
import { compiled } from '../compiled.ts'
import type { Engine } from '../engine.ts'
import { lookup } from '../lookup.ts'
import type { AccessTokenRecord, AccessTokens, NewAccessToken } from '../port.ts'
import type { AccessTokenRow } from '../rows/tokens.ts'
import type { Db } from '../tables.ts'
import { claimsOf } from './authorization-rows.ts'

export const accessTokens = (engine: Engine, tenant: string): AccessTokens => ({
  async issue(token) {
    await engine.append('access_token', accessTokenRow(tenant, token))
  },

  async find(key) {
    const row = await engine.lookUp(withOwners, { tenant, key })
    if (row === undefined) return undefined
    const isLive =
      row.revoked_at === null &&
      row.disabled_at === null &&
      (row.authorization_uid === null || isGranted(row))
    return { ...tokenOf(row), isLive, claims: claimsOf(row.claims) }
  },

  async revoke(key, now) {
    await engine.statement((db) =>
      db
        .updateTable('access_token')
        .set({ revoked_at: now })
        .where('tenant', '=', tenant)
        .where('key', '=', key)
        .where('revoked_at', 'is', null)
        .execute(),
    )
  },
})

/** An authorization or a session that is not there any more has ended. */
const isGranted = (row: {
  readonly authorization_found: string | null
  readonly authorization_revoked_at: number | null
  readonly offline: number | null
  readonly session_found: string | null
  readonly ended_at: number | null
}): boolean =>
  row.authorization_found !== null &&
  row.authorization_revoked_at === null &&
  (row.offline === 1 || (row.session_found !== null && row.ended_at === null))

export const accessTokenRow = (tenant: string, token: NewAccessToken): AccessTokenRow => ({
  tenant,
  key: token.key,
  authorization_uid: token.authorizationUid ?? null,
  application_uid: token.applicationUid,
  user_uid: token.userUid ?? null,
  subject: token.subject,
  scope: token.scope,
  audience: token.audience,
  format: token.format,
  issued_at: token.issuedAt,
  expires_at: token.expiresAt,
  revoked_at: null,
})

/** Of a row that a chain stores. */
export const accessTokenInsertion = (db: Db, row: AccessTokenRow, won: Won) =>
  db
    .insertInto('access_token')
    .columns(NAMES.access_token)
    .expression(won.row(valuesOf('access_token', row)))

const insertRow = compiled((db, row: AccessTokenRow) => accessTokenInsertion(db, row, NOTHING_WON))

export const insertAccessToken = (db: Db, tenant: string, token: NewAccessToken) =>
  insertRow(db, accessTokenRow(tenant, token))

const withOwners = lookup('access_token', (db, held) =>
  db
    .selectFrom(held)
    .leftJoin('authorization as grant', (join) =>
      join
        .onRef('grant.tenant', '=', 'held.tenant')
        .onRef('grant.uid', '=', 'held.authorization_uid'),
    )
    .leftJoin('session', (join) =>
      join
        .onRef('session.tenant', '=', 'held.tenant')
        .onRef('session.uid', '=', 'grant.session_uid'),
    )
    .leftJoin('user_account as person', (join) =>
      join.onRef('person.tenant', '=', 'held.tenant').onRef('person.uid', '=', 'held.user_uid'),
    )
    .selectAll('held')
    .select([
      'grant.uid as authorization_found',
      'grant.revoked_at as authorization_revoked_at',
      'grant.offline',
      'grant.claims',
      'session.uid as session_found',
      'session.ended_at',
      'person.disabled_at',
    ]),
)

export const tokenOf = (row: Selectable<AccessTokenRow>): NewAccessToken => ({
  key: row.key,
  authorizationUid: row.authorization_uid ?? undefined,
  applicationUid: row.application_uid,
  userUid: row.user_uid ?? undefined,
  subject: row.subject,
  scope: row.scope,
  audience: row.audience,
  format: row.format as AccessTokenRecord['format'],
  issuedAt: row.issued_at,
  expiresAt: row.expires_at,
})
