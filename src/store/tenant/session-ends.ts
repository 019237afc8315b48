import type { EpochSeconds } from '../../base/time.ts'
import { BACKCHANNEL_LOGOUT, type LogoutPayload } from '../../model/delivery.ts'
import type { NewDelivery, Visited } from '../port.ts'
import type { Db } from '../tables.ts'
import { insertDeliveries } from './deliveries.ts'

/** Parameters per statement, well below what either database takes. */
const CHUNK = 500

/** One session, or all of a person, perhaps but for one. */
export type Ending =
  | { readonly uid: string }
  | { readonly userUid: string; readonly except?: string | undefined }

/**
 * Every end of a session on purpose goes through here: in the same transaction, every application it was
 * used at is to be told. Whether it wants to be, its configuration says when it is told. Answers where
 * the sessions that ended were used.
 */
export async function endSessions(
  db: Db,
  tenant: string,
  ending: Ending,
  now: EpochSeconds,
): Promise<{ readonly count: number; readonly visited: readonly Visited[] }> {
  const live = db
    .updateTable('session')
    .set({ ended_at: now })
    .where('tenant', '=', tenant)
    .where('ended_at', 'is', null)
  const ended = await ('uid' in ending
    ? live.where('uid', '=', ending.uid)
    : live.where('user_uid', '=', ending.userUid).where('uid', '!=', ending.except ?? '')
  )
    .returning(['uid', 'user_uid'])
    .execute()
  const visited: Visited[] = []
  for (let start = 0; start < ended.length; start += CHUNK)
    visited.push(...(await visitedBy(db, tenant, ended.slice(start, start + CHUNK))))
  const userOf = new Map(ended.map((each) => [each.uid, each.user_uid]))
  const notices = visited.map((each) => noticeOf(each, userOf.get(each.sessionUid) ?? ''))
  await insertDeliveries(db, tenant, notices, now)
  return { count: ended.length, visited }
}

async function visitedBy(db: Db, tenant: string, sessions: readonly { readonly uid: string }[]) {
  const rows = await db
    .selectFrom('session_client')
    .select(['session_uid', 'application_uid', 'sid'])
    .where('tenant', '=', tenant)
    .where(
      'session_uid',
      'in',
      sessions.map(({ uid }) => uid),
    )
    .orderBy('session_uid')
    .orderBy('application_uid')
    .execute()
  return rows.map((row) => ({
    sessionUid: row.session_uid,
    applicationUid: row.application_uid,
    sid: row.sid,
  }))
}

/** A session ends once, so each application is told once of it. */
const noticeOf = ({ sessionUid, applicationUid, sid }: Visited, userUid: string): NewDelivery => ({
  id: `${BACKCHANNEL_LOGOUT}.${sessionUid}.${applicationUid}`,
  kind: BACKCHANNEL_LOGOUT,
  applicationUid,
  payload: { sid, userUid } satisfies LogoutPayload,
})
