import { compiled } from '../compiled.ts'
import type { Db } from '../tables.ts'

interface Participation {
  readonly tenant: string
  readonly sessionUid: string
  readonly applicationUid: string
  readonly candidate: string
}

/** The `sid` of a session at an application: the candidate the first time, the same ever after. */
export async function sidOf(db: Db, participation: Participation): Promise<string> {
  const [known] = await sidAt(db, participation)
  const [row] = known === undefined ? await participate(db, participation) : [known]
  if (row === undefined) throw new Error('a sid that was stored did not come back')
  return row.sid
}

/** Nearly always it is there, and nothing has to be written. */
const sidAt = compiled((db, { tenant, sessionUid, applicationUid }: Participation) =>
  db
    .selectFrom('session_client')
    .select('sid')
    .where('tenant', '=', tenant)
    .where('session_uid', '=', sessionUid)
    .where('application_uid', '=', applicationUid),
)

/** The update changes nothing: it makes the row, whoever inserted it, come back. */
const participate = compiled(
  (db, { tenant, sessionUid, applicationUid, candidate }: Participation) =>
    db
      .insertInto('session_client')
      .values({ tenant, session_uid: sessionUid, application_uid: applicationUid, sid: candidate })
      .onConflict((conflict) =>
        conflict
          .columns(['tenant', 'session_uid', 'application_uid'])
          .doUpdateSet({ session_uid: sessionUid }),
      )
      .returning('sid'),
)
