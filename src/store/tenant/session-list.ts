import type { SelectQueryBuilder } from 'kysely'
import type { EpochSeconds } from '../../base/time.ts'
import type { Session } from '../../model/session.ts'
import type { SessionPage, SessionRecord } from '../port.ts'
import type { SessionRow } from '../rows/browsers.ts'
import type { Db, Tables } from '../tables.ts'

type SessionColumns = Pick<
  SessionRow,
  'uid' | 'user_uid' | 'auth_time' | 'acr' | 'amr' | 'idle_expires_at' | 'expires_at'
>

type Sessions = SelectQueryBuilder<Tables, 'session', SessionRow>

/**
 * Of the sessions that are chosen, those that live. What they are chosen by is inside, as with
 * `lookup`.
 */
export const liveOf = (db: Db, now: EpochSeconds, choose: (sessions: Sessions) => Sessions) =>
  db
    .selectFrom(
      choose(db.selectFrom('session').selectAll())
        .where('ended_at', 'is', null)
        .where('idle_expires_at', '>', now)
        .where('expires_at', '>', now)
        .as('session'),
    )
    .innerJoin('user_account as person', (join) =>
      join
        .onRef('person.tenant', '=', 'session.tenant')
        .onRef('person.uid', '=', 'session.user_uid'),
    )
    .selectAll('session')
    .where('person.disabled_at', 'is', null)

export async function listSessions(
  db: Db,
  tenant: string,
  { userUid, uid, before, limit }: SessionPage,
  now: EpochSeconds,
): Promise<readonly SessionRecord[]> {
  const rows = await liveOf(db, now, (sessions) => sessions.where('tenant', '=', tenant))
    .select('person.username')
    .$if(before !== undefined, (some) => some.where('session.uid', '<', before ?? ''))
    .$if(uid !== undefined, (some) => some.where('session.uid', '=', uid ?? ''))
    .$if(userUid !== undefined, (some) => some.where('session.user_uid', '=', userUid ?? ''))
    .orderBy('session.uid', 'desc')
    .limit(limit)
    .execute()
  const used = await usesOf(
    db,
    tenant,
    rows.map(({ uid }) => uid),
  )
  return rows.map((row) => ({
    ...sessionOf(row),
    username: row.username,
    usedAt: row.used_at ?? row.auth_time,
    browserWords: row.browser_words ?? undefined,
    applicationUids: used
      .filter(({ session_uid }) => session_uid === row.uid)
      .map(({ application_uid }) => application_uid),
  }))
}

async function usesOf(db: Db, tenant: string, uids: readonly string[]) {
  if (uids.length === 0) return []
  return db
    .selectFrom('session_client')
    .select(['session_uid', 'application_uid'])
    .where('tenant', '=', tenant)
    .where('session_uid', 'in', uids)
    .orderBy('application_uid')
    .execute()
}

export const sessionOf = (row: SessionColumns): Session => ({
  uid: row.uid,
  userUid: row.user_uid,
  authTime: row.auth_time,
  acr: row.acr,
  amr: JSON.parse(row.amr),
  idleExpiresAt: row.idle_expires_at,
  expiresAt: row.expires_at,
})
