import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { NOTHING_WON, type Won } from '../chain.ts'
import { compiled } from '../compiled.ts'
import type { Db } from '../tables.ts'

export interface Participation {
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

const selection = (db: Db, { tenant, sessionUid, applicationUid }: Participation) =>
  db
    .selectFrom('session_client')
    .select('sid')
    .where('tenant', '=', tenant)
    .where('session_uid', '=', sessionUid)
    .where('application_uid', '=', applicationUid)

/** Nearly always it is there, and nothing has to be written. */
const sidAt = compiled(selection)

/** The update changes nothing: it makes the row, whoever inserted it, come back. */
const insertion = (
  db: Db,
  { tenant, sessionUid, applicationUid, candidate }: Participation,
  won: Won,
  unless?: RawBuilder<SqlBool>,
) =>
  db
    .insertInto('session_client')
    .columns(['tenant', 'session_uid', 'application_uid', 'sid'])
    .expression(won.row([tenant, sessionUid, applicationUid, candidate], unless))
    .onConflict((conflict) =>
      conflict
        .columns(['tenant', 'session_uid', 'application_uid'])
        .doUpdateSet({ session_uid: sessionUid }),
    )
    .returning('sid')

const participate = compiled((db, participation: Participation) =>
  insertion(db, participation, NOTHING_WON),
)

/** The step of a chain that sees to it that there is a `sid`. */
export const participating = (db: Db, participation: Participation, won: Won) =>
  insertion(db, participation, won, sql`exists ${selection(db, participation)}`)

/** That `sid`, for a step after it. */
export const sidMade = (db: Db, participation: Participation, won: Won, step: number) =>
  won.orMade(sql<string>`${selection(db, participation)}`, step, 'sid')
