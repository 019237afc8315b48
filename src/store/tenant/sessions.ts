import { sql } from 'kysely'
import type { EpochSeconds } from '../../base/time.ts'
import type { Session } from '../../model/session.ts'
import { compiled } from '../compiled.ts'
import type { Engine } from '../engine.ts'
import type { Sessions, SignIn } from '../port.ts'
import type { Db } from '../tables.ts'
import { sidOf } from './session-clients.ts'
import { endSessions } from './session-ends.ts'
import { listSessions, liveOf, sessionOf } from './session-list.ts'

export const sessions = (engine: Engine, tenant: string): Sessions => ({
  ...living(engine, tenant),
  ...ending(engine, tenant),
})

type Ending = Pick<Sessions, 'end' | 'endAllOf'>

const living = (engine: Engine, tenant: string): Omit<Sessions, keyof Ending> => ({
  findBrowser: (digest, now) =>
    engine.read(async (db) => {
      const [browser] = await browserAt(db, { tenant, digest })
      if (browser === undefined) return undefined
      const rows = await sessionsIn(db, { tenant, browserUid: browser.uid, now })
      return { uid: browser.uid, sessions: rows.map(sessionOf) }
    }),

  async find(uid, now) {
    const [row] = await engine.read((db) => sessionAt(db, { tenant, uid, now }))
    return row === undefined ? undefined : sessionOf(row)
  },

  signIn: (signIn, now) =>
    engine.transaction(async (db) => {
      const browserUid =
        (await rotateCookie(db, tenant, signIn)) ?? (await insertBrowser(db, tenant, signIn, now))
      await endExpired(db, { tenant, browserUid, now })
      const session = await beginOrRenew(db, tenant, browserUid, signIn)
      if (signIn.interactionDigest !== undefined)
        await authenticated(db, { tenant, digest: signIn.interactionDigest, uid: session.uid })
      return session
    }),

  list: (page, now) => engine.read((db) => listSessions(db, tenant, page, now)),

  sid: (sessionUid, applicationUid, candidate) =>
    engine.transaction((db) => sidOf(db, { tenant, sessionUid, applicationUid, candidate })),
})

const browserAt = compiled(
  (db, { tenant, digest }: { readonly tenant: string; readonly digest: string }) =>
    db
      .selectFrom('browser')
      .select('uid')
      .where('tenant', '=', tenant)
      .where('digest', '=', digest),
)

interface At {
  readonly tenant: string
  readonly now: EpochSeconds
}

/** More accounts than a browser has: with a limit SQLite does not plan the join anew each time. */
const MOST_IN_BROWSER = 10_000

const sessionsIn = compiled((db, { tenant, browserUid, now }: InBrowser) =>
  liveOf(db, now, (sessions) =>
    sessions
      .where('tenant', '=', tenant)
      .where('browser_uid', '=', browserUid)
      .limit(sql.lit(MOST_IN_BROWSER)),
  )
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

interface Authenticated {
  readonly tenant: string
  readonly digest: string
  readonly uid: string
}

const authenticated = compiled((db, { tenant, digest, uid }: Authenticated) =>
  db
    .updateTable('interaction')
    .set({ session_uid: uid })
    .where('tenant', '=', tenant)
    .where('digest', '=', digest)
    .where('completed_at', 'is', null),
)

async function rotateCookie(
  db: Db,
  tenant: string,
  { previousDigest, digest }: SignIn,
): Promise<string | undefined> {
  if (previousDigest === undefined) return undefined
  const [browser] = await changeCookie(db, { tenant, previousDigest, digest })
  return browser?.uid
}

interface Change {
  readonly tenant: string
  readonly previousDigest: string
  readonly digest: string
}

const changeCookie = compiled((db, { tenant, previousDigest, digest }: Change) =>
  db
    .updateTable('browser')
    .set({ digest })
    .where('tenant', '=', tenant)
    .where('digest', '=', previousDigest)
    .returning('uid'),
)

async function insertBrowser(
  db: Db,
  tenant: string,
  { browserUid, digest }: SignIn,
  now: EpochSeconds,
): Promise<string> {
  await newBrowser(db, { tenant, browserUid, digest, now })
  return browserUid
}

const newBrowser = compiled(
  (db, { tenant, browserUid, digest, now }: InBrowser & { readonly digest: string }) =>
    db.insertInto('browser').values({ tenant, uid: browserUid, digest, created_at: now }),
)

interface InBrowser extends At {
  readonly browserUid: string
}

/** What has run out does not come back to life: a new session takes its place. */
const endExpired = compiled((db, { tenant, browserUid, now }: InBrowser) =>
  db
    .updateTable('session')
    .set({ ended_at: now })
    .where('tenant', '=', tenant)
    .where('browser_uid', '=', browserUid)
    .where('ended_at', 'is', null)
    .where((each) => each.or([each('idle_expires_at', '<=', now), each('expires_at', '<=', now)])),
)

async function beginOrRenew(
  db: Db,
  tenant: string,
  browserUid: string,
  { session, browserWords }: SignIn,
): Promise<Session> {
  const amr = JSON.stringify(session.amr)
  const [row] = await insertSession(db, {
    ...session,
    tenant,
    browserUid,
    amr,
    words: browserWords ?? null,
  })
  if (row === undefined) throw new Error('a session that was stored did not come back')
  return sessionOf(row)
}

interface Begun extends Omit<Session, 'amr'> {
  readonly tenant: string
  readonly browserUid: string
  readonly amr: string
  readonly words: string | null
}

const insertSession = compiled((db, begun: Begun) => {
  const renewal = {
    auth_time: begun.authTime,
    acr: begun.acr,
    amr: begun.amr,
    idle_expires_at: begun.idleExpiresAt,
    expires_at: begun.expiresAt,
    used_at: begun.authTime,
    browser_words: begun.words,
  }
  const { tenant, uid, browserUid: browser_uid, userUid: user_uid } = begun
  return db
    .insertInto('session')
    .values({ tenant, uid, browser_uid, user_uid, ...renewal, ended_at: null })
    .onConflict((conflict) =>
      conflict
        .columns(['tenant', 'browser_uid', 'user_uid'])
        .where('ended_at', 'is', null)
        .doUpdateSet(renewal),
    )
    .returningAll()
})
