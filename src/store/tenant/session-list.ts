import type { EpochSeconds } from '../../base/time.ts'
import type { Session } from '../../model/session.ts'
import type { SessionPage, SessionRecord } from '../port.ts'
import type { SessionRow } from '../rows/browsers.ts'
import type { Db } from '../tables.ts'

export const liveSessions = (db: Db, tenant: string, now: EpochSeconds) =>
  db
    .selectFrom('session')
    .innerJoin('user_account as person', (join) =>
      join.on('person.tenant', '=', tenant).onRef('person.uid', '=', 'session.user_uid'),
    )
    .selectAll('session')
    .where('session.tenant', '=', tenant)
    .where('session.ended_at', 'is', null)
    .where('session.idle_expires_at', '>', now)
    .where('session.expires_at', '>', now)
    .where('person.disabled_at', 'is', null)

export async function listSessions(
  db: Db,
  tenant: string,
  { userUid, uid, before, limit }: SessionPage,
  now: EpochSeconds,
): Promise<readonly SessionRecord[]> {
  const rows = await liveSessions(db, tenant, now)
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

export const sessionOf = (row: SessionRow): Session => ({
  uid: row.uid,
  userUid: row.user_uid,
  authTime: row.auth_time,
  acr: row.acr,
  amr: JSON.parse(row.amr),
  idleExpiresAt: row.idle_expires_at,
  expiresAt: row.expires_at,
})
