import { type NotNull, type RawBuilder, type SelectQueryBuilder, sql } from 'kysely'
import type { EpochSeconds } from '../../base/time.ts'
import type { Authorization } from '../../model/authorization.ts'
import { type ClaimsRequest, NO_CLAIMS } from '../../model/claims.ts'
import { NOTHING_WON, type Won } from '../chain.ts'
import { compiled } from '../compiled.ts'
import type { Allowed, AuthorizationRecord } from '../port.ts'
import type { UserRow } from '../rows/people.ts'
import type { AuthorizationRow } from '../rows/tokens.ts'
import type { Db, Tables } from '../tables.ts'
import { type Participation, sidOf } from './session-clients.ts'
import { PERSON, userOf } from './user-rows.ts'

/** `keptUntil` is when what it can be exchanged for is over, or else what was issued with it. */
export const insertAuthorization = (
  db: Db,
  tenant: string,
  authorization: Authorization,
  keptUntil: EpochSeconds,
) => insertRow(db, authorizationRow(tenant, authorization, keptUntil))

export const authorizationRow = (
  tenant: string,
  authorization: Authorization,
  keptUntil: EpochSeconds,
): AuthorizationRow => ({
  tenant,
  uid: authorization.uid,
  application_uid: authorization.applicationUid,
  user_uid: authorization.userUid,
  session_uid: authorization.sessionUid,
  sid: authorization.sid,
  scopes: JSON.stringify(authorization.scopes),
  resources: JSON.stringify(authorization.resources),
  auth_time: authorization.authTime,
  acr: authorization.acr,
  amr: JSON.stringify(authorization.amr),
  claims: claimsText(authorization.claims),
  nonce: authorization.nonce ?? null,
  offline: authorization.isOffline ? 1 : 0,
  created_at: authorization.createdAt,
  revoked_at: null,
  kept_until: keptUntil,
})

const COLUMNS = [
  'tenant',
  'uid',
  'application_uid',
  'user_uid',
  'session_uid',
  'sid',
  'scopes',
  'resources',
  'auth_time',
  'acr',
  'amr',
  'claims',
  'nonce',
  'offline',
  'created_at',
  'revoked_at',
  'kept_until',
] as const satisfies (keyof AuthorizationRow)[]

/** Of a row that a chain stores; its `sid` may be one that the chain has found. */
export const authorizationInsertion = (
  db: Db,
  row: AuthorizationRow,
  won: Won,
  sid: string | RawBuilder<string> = row.sid,
) =>
  db
    .insertInto('authorization')
    .columns(COLUMNS)
    .expression(won.row(COLUMNS.map((name) => (name === 'sid' ? sid : row[name]))))

const insertRow = compiled((db, row: AuthorizationRow) =>
  authorizationInsertion(db, row, NOTHING_WON),
)

interface Keeping {
  readonly tenant: string
  readonly uid: string | RawBuilder<string>
  readonly until: EpochSeconds
}

/** It has to be known as long as what came of it. Of one that is older than the column nothing is known. */
export const keepAt = (db: Db, { tenant, uid, until }: Keeping) =>
  db
    .updateTable('authorization')
    .set({ kept_until: until })
    .where('tenant', '=', tenant)
    .where('uid', '=', uid)
    .where('kept_until', '<', until)

export const keepAuthorization = compiled(keepAt)

/**
 * What is to be stored of what a person allows, with the `sid` that the application has in the session; undefined
 * where the session has ended. The first statement of the transaction that stores it: whoever ends the session
 * waits for the transaction, and then finds what it stored.
 */
export async function inSession(
  db: Db,
  tenant: string,
  allowed: Allowed,
): Promise<Authorization | undefined> {
  const held = await hold(db, sessionHeld(tenant, allowed))
  if (held.length === 0) return undefined
  const { sessionIdleExpiresAt: _, ...authorization } = allowed
  return { ...authorization, sid: await sidOf(db, participationOf(tenant, allowed)) }
}

export const participationOf = (
  tenant: string,
  { sessionUid, applicationUid, sid: candidate }: Allowed,
): Participation => ({ tenant, sessionUid, applicationUid, candidate })

interface Place {
  readonly tenant: string
  readonly uid: string
}

export interface Held extends Place {
  /** Both null where the session is not used by it. */
  readonly idleExpiresAt: EpochSeconds | null
  readonly usedAt: EpochSeconds | null
}

export const sessionHeld = (
  tenant: string,
  { sessionUid, sessionIdleExpiresAt, createdAt }: Allowed,
): Held => ({
  tenant,
  uid: sessionUid,
  idleExpiresAt: sessionIdleExpiresAt ?? null,
  usedAt: sessionIdleExpiresAt === undefined ? null : createdAt,
})

export const holdSession = (db: Db, { tenant, uid, idleExpiresAt, usedAt }: Held) =>
  db
    .updateTable('session')
    .set({
      idle_expires_at: sql`coalesce(${idleExpiresAt}, idle_expires_at)`,
      used_at: sql`coalesce(${usedAt}, used_at)`,
    })
    .where('tenant', '=', tenant)
    .where('uid', '=', uid)
    .where('ended_at', 'is', null)
    .returning('uid')

const hold = compiled(holdSession)

/** What was issued from it is found dead through it: no row of a token has to change. */
export const revokeAuthorization = (db: Db, tenant: string, uid: string, now: EpochSeconds) =>
  db
    .updateTable('authorization')
    .set({ revoked_at: now })
    .where('tenant', '=', tenant)
    .where('uid', '=', uid)
    .where('revoked_at', 'is', null)
    .execute()

/** Of a person, where there is one. */
type Known = {
  [K in keyof UserRow]: null extends UserRow[K] ? never : K
}[keyof UserRow]

/** Something that an authorization stands behind, in the subselect of that name. */
interface Behind {
  held: { tenant: string; authorization_uid: string }
}

/**
 * What was granted, how the sign-in stands that it came from, and the person: all that a use of it asks for. With an
 * inner join PostgreSQL looked through everybody's grants while its tables were young; so somebody has to see whether
 * there is a person.
 */
export const withGrant = <O>(query: SelectQueryBuilder<Tables & Behind, 'held', O>) =>
  query
    .innerJoin('authorization as grant', (join) =>
      join
        .onRef('grant.tenant', '=', 'held.tenant')
        .onRef('grant.uid', '=', 'held.authorization_uid'),
    )
    .leftJoin('session', (join) =>
      join
        .onRef('session.tenant', '=', 'grant.tenant')
        .onRef('session.uid', '=', 'grant.session_uid'),
    )
    .leftJoin('user_account as person', (join) =>
      join.onRef('person.tenant', '=', 'grant.tenant').onRef('person.uid', '=', 'grant.user_uid'),
    )
    .select(PERSON)
    .select([
      'person.uid as person_found',
      'held.authorization_uid',
      'grant.application_uid',
      'grant.session_uid',
      'grant.sid',
      'grant.scopes',
      'grant.resources',
      'grant.auth_time',
      'grant.acr',
      'grant.amr',
      'grant.claims as requested_claims',
      'grant.nonce',
      'grant.offline',
      'grant.created_at as granted_at',
      'grant.revoked_at',
      'session.uid as session_found',
      'session.ended_at',
      'session.expires_at as session_expires_at',
      'session.idle_expires_at as session_idle_expires_at',
    ])
    .$narrowType<Required<{ [K in Known]: NotNull }>>()

/** Its values are inside, as those of a `lookup`. */
const rowOfGrant = compiled((db, { tenant, uid }: Place) =>
  withGrant(
    db.selectFrom((each) =>
      each
        .selectFrom('authorization')
        .select(['tenant', 'uid as authorization_uid'])
        .where('tenant', '=', tenant)
        .where('uid', '=', uid)
        .limit(sql.lit(1))
        .as('held'),
    ),
  ),
)

export async function findAuthorization(
  db: Db,
  tenant: string,
  uid: string,
): Promise<AuthorizationRecord | undefined> {
  const [row] = await rowOfGrant(db, { tenant, uid })
  return row === undefined || isNobodys(row) ? undefined : recordOf(row)
}

type Granted =
  ReturnType<typeof withGrant> extends SelectQueryBuilder<infer _, infer __, infer O> ? O : never

/** Of a row that `withGrant` found: whose it was is gone. */
export const isNobodys = (row: { readonly person_found: string | null }): boolean =>
  row.person_found === null

/** Of one that is somebody's. */
export function recordOf(row: Granted): AuthorizationRecord {
  const isLive =
    row.revoked_at === null &&
    row.disabled_at === null &&
    (row.offline === 1 || (row.session_found !== null && row.ended_at === null))
  const sessionExpiresAt =
    row.offline === 1
      ? undefined
      : Math.min(row.session_expires_at ?? 0, row.session_idle_expires_at ?? 0)
  return { ...authorizationOf(row), isLive, sessionExpiresAt, user: userOf(row) }
}

const authorizationOf = (row: Granted): Authorization => ({
  uid: row.authorization_uid,
  applicationUid: row.application_uid,
  userUid: row.uid,
  sessionUid: row.session_uid,
  sid: row.sid,
  scopes: JSON.parse(row.scopes),
  resources: JSON.parse(row.resources),
  authTime: row.auth_time,
  acr: row.acr,
  amr: JSON.parse(row.amr),
  claims: claimsOf(row.requested_claims),
  nonce: row.nonce ?? undefined,
  isOffline: row.offline === 1,
  createdAt: row.granted_at,
})

const claimsText = (claims: ClaimsRequest): string | null =>
  claims.userinfo.length + claims.idToken.length === 0 ? null : JSON.stringify(claims)

export const claimsOf = (text: string | null): ClaimsRequest =>
  text === null ? NO_CLAIMS : JSON.parse(text)
