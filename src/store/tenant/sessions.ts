import { sql } from 'kysely'
import type { EpochSeconds } from '../../base/time.ts'
import { compiled } from '../compiled.ts'
import type { Engine } from '../engine.ts'
import type { Sessions } from '../port.ts'
import { sidOf } from './session-clients.ts'
import { endSessions } from './session-ends.ts'
import { listSessions, liveOf, sessionOf } from './session-list.ts'
import { storeSignIn } from './sign-ins.ts'
import { PERSON, userOf } from './user-rows.ts'

interface Engines {
  readonly engine: Engine
  /** For what may leave something to deliver. */
  readonly ringing: Engine
}

export const sessions = ({ engine, ringing }: Engines, tenant: string): Sessions => ({
  ...living(engine, tenant),
  ...ending(ringing, tenant),
})

type Ending = Pick<Sessions, 'end' | 'endAllOf'>

const living = (engine: Engine, tenant: string): Omit<Sessions, keyof Ending> => ({
  async peopleIn(digest, now) {
    const rows = await engine.read((db) => signedInAt(db, { tenant, digest, now }))
    return rows.map((row) => ({
      session: sessionOf({ ...row, uid: row.session_uid }),
      user: userOf(row),
    }))
  },

  async find(uid, now) {
    const [row] = await engine.read((db) => sessionAt(db, { tenant, uid, now }))
    return row === undefined ? undefined : sessionOf(row)
  },

  signIn: (signIn, now) => storeSignIn(engine, tenant, signIn, now),

  list: (page, now) => engine.read((db) => listSessions(db, tenant, page, now)),

  sid: (sessionUid, applicationUid, candidate) =>
    engine.transaction((db) => sidOf(db, { tenant, sessionUid, applicationUid, candidate })),
})

interface At {
  readonly tenant: string
  readonly now: EpochSeconds
}

/** More accounts than a browser has: with a limit SQLite does not plan the join anew each time. */
const MOST_IN_BROWSER = 10_000

const signedInAt = compiled((db, { tenant, digest, now }: At & { readonly digest: string }) =>
  liveOf(db, now, (sessions) =>
    sessions
      .where('tenant', '=', tenant)
      .where('browser_uid', '=', (each) =>
        each
          .selectFrom('browser')
          .select('uid')
          .where('tenant', '=', tenant)
          .where('digest', '=', digest),
      )
      .limit(sql.lit(MOST_IN_BROWSER)),
  )
    .clearSelect()
    .select(PERSON)
    .select([
      'session.uid as session_uid',
      'session.user_uid',
      'session.auth_time',
      'session.acr',
      'session.amr',
      'session.idle_expires_at',
      'session.expires_at',
    ])
    .orderBy('session.auth_time', 'desc')
    .orderBy('session.uid', 'desc'),
)

const sessionAt = compiled((db, { tenant, uid, now }: At & { readonly uid: string }) =>
  liveOf(db, now, (sessions) =>
    sessions.where('tenant', '=', tenant).where('uid', '=', uid).limit(sql.lit(1)),
  ),
)

const ending = (engine: Engine, tenant: string): Ending => ({
  end: (uid, now) =>
    engine.transaction(async (db) => (await endSessions(db, tenant, { uid }, now)).visited),

  endAllOf: (userUid, now, except) =>
    engine.transaction(
      async (db) => (await endSessions(db, tenant, { userUid, except }, now)).visited,
    ),
})
