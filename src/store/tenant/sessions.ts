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
      await endExpired(db, tenant, browserUid, now)
      const session = await beginOrRenew(db, tenant, browserUid, signIn)
      if (signIn.interactionDigest !== undefined)
        await authenticated(db, { tenant, digest: signIn.interactionDigest, uid: session.uid })
      return session
    }),

  list: (page, now) => engine.read((db) => listSessions(db, tenant, page, now)),

  sid: (sessionUid, applicationUid, candidate) =>
    engine.statement((db) => sidOf(db, { tenant, sessionUid, applicationUid, candidate })),
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

const sessionsIn = compiled(
  (db, { tenant, browserUid, now }: At & { readonly browserUid: string }) =>
    liveOf(db, now, (sessions) =>
      sessions.where('tenant', '=', tenant).where('browser_uid', '=', browserUid),
    )
      .orderBy('session.auth_time', 'desc')
      .orderBy('session.uid', 'desc'),
)

const sessionAt = compiled((db, { tenant, uid, now }: At & { readonly uid: string }) =>
  liveOf(db, now, (sessions) => sessions.where('tenant', '=', tenant).where('uid', '=', uid)),
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
  const browser = await db
    .updateTable('browser')
    .set({ digest })
    .where('tenant', '=', tenant)
    .where('digest', '=', previousDigest)
    .returning('uid')
    .executeTakeFirst()
  return browser?.uid
}

async function insertBrowser(
  db: Db,
  tenant: string,
  { browserUid, digest }: SignIn,
  now: EpochSeconds,
): Promise<string> {
  await db
    .insertInto('browser')
    .values({ tenant, uid: browserUid, digest, created_at: now })
    .execute()
  return browserUid
}

/** What has run out does not come back to life: a new session takes its place. */
const endExpired = (db: Db, tenant: string, browserUid: string, now: EpochSeconds) =>
  db
    .updateTable('session')
    .set({ ended_at: now })
    .where('tenant', '=', tenant)
    .where('browser_uid', '=', browserUid)
    .where('ended_at', 'is', null)
    .where((each) => each.or([each('idle_expires_at', '<=', now), each('expires_at', '<=', now)]))
    .execute()

async function beginOrRenew(
  db: Db,
  tenant: string,
  browserUid: string,
  { session, browserWords }: SignIn,
): Promise<Session> {
  const renewal = {
    auth_time: session.authTime,
    acr: session.acr,
    amr: JSON.stringify(session.amr),
    idle_expires_at: session.idleExpiresAt,
    expires_at: session.expiresAt,
    used_at: session.authTime,
    browser_words: browserWords ?? null,
  }
  const row = await db
    .insertInto('session')
    .values({
      tenant,
      uid: session.uid,
      browser_uid: browserUid,
      user_uid: session.userUid,
      ...renewal,
      ended_at: null,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['tenant', 'browser_uid', 'user_uid'])
        .where('ended_at', 'is', null)
        .doUpdateSet(renewal),
    )
    .returningAll()
    .executeTakeFirstOrThrow()
  return sessionOf(row)
}
