import { type SqlBool, sql } from 'kysely'
import type { EpochSeconds } from '../../base/time.ts'
import type { Session } from '../../model/session.ts'
import { chained, NOTHING_WON, type Won } from '../chain.ts'
import { compiled, compiledIn } from '../compiled.ts'
import type { Engine } from '../engine.ts'
import type { SignIn } from '../port.ts'
import type { SessionRow } from '../rows/browsers.ts'
import type { Db } from '../tables.ts'
import { sessionOf } from './session-list.ts'

/**
 * In a browser that is known already, or a new one. The person comes first: whoever disables them or changes their
 * password waits, and then finds the session.
 */
export async function storeSignIn(
  engine: Engine,
  tenant: string,
  { previousDigest, ...signIn }: SignIn,
  now: EpochSeconds,
): Promise<Session | undefined> {
  const { digest, passwordHash = null, interactionDigest = null } = signIn
  const signedIn = (browserUid: string): SignedIn => ({
    browser: { tenant, uid: browserUid, digest, created_at: now },
    person: { passwordHash },
    session: rowOf(tenant, browserUid, signIn),
    interaction: { digest: interactionDigest },
  })
  const renewed =
    previousDigest === undefined
      ? undefined
      : await engine.transaction(async (db) => {
          const [person] = await holdPerson(db, signedIn(signIn.browserUid))
          if (person === undefined) return 'nobody'
          const [browser] = await changeCookie(db, { tenant, previousDigest, digest })
          if (browser === undefined) return undefined
          await endExpired(db, { tenant, browserUid: browser.uid, now })
          return enterAgain(db, signedIn(browser.uid))
        })
  if (renewed === 'nobody') return undefined
  if (renewed !== undefined) return renewed
  const [entered] = await engine.chain(enterAnew, signedIn(signIn.browserUid))
  return entered && signIn.session
}

interface SignedIn {
  readonly browser: {
    readonly tenant: string
    readonly uid: string
    readonly digest: string
    readonly created_at: EpochSeconds
  }
  /** Null where they prove who they are in another way. */
  readonly person: { readonly passwordHash: string | null }
  readonly session: SessionRow
  /** Null where the person signs in for none. */
  readonly interaction: { readonly digest: string | null }
}

const rowOf = (
  tenant: string,
  browserUid: string,
  { session, browserWords }: Pick<SignIn, 'session' | 'browserWords'>,
): SessionRow => ({
  tenant,
  uid: session.uid,
  browser_uid: browserUid,
  user_uid: session.userUid,
  auth_time: session.authTime,
  acr: session.acr,
  amr: JSON.stringify(session.amr),
  idle_expires_at: session.idleExpiresAt,
  expires_at: session.expiresAt,
  ended_at: null,
  used_at: session.authTime,
  browser_words: browserWords ?? null,
})

/** The update changes nothing. */
const hold = (db: Db, { session, person }: SignedIn) =>
  db
    .updateTable('user_account')
    .set({ disabled_at: null })
    .where('tenant', '=', session.tenant)
    .where('uid', '=', session.user_uid)
    .where('disabled_at', 'is', null)
    .where((each) =>
      each.or([
        sql<SqlBool>`cast(${person.passwordHash} as text) is null`,
        each('password_hash', '=', person.passwordHash),
      ]),
    )
    .returning('uid')

const holdPerson = compiledIn(hold)

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

interface InBrowser {
  readonly tenant: string
  readonly browserUid: string
  readonly now: EpochSeconds
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

const COLUMNS = [
  'tenant',
  'uid',
  'browser_uid',
  'user_uid',
  'auth_time',
  'acr',
  'amr',
  'idle_expires_at',
  'expires_at',
  'ended_at',
  'used_at',
  'browser_words',
] as const satisfies (keyof SessionRow)[]

const sessionInsertion = (db: Db, { session }: SignedIn, won: Won) =>
  db
    .insertInto('session')
    .columns(COLUMNS)
    .expression(won.row(COLUMNS.map((name) => session[name])))

/** Where this person has a live session in this browser, it is that one that goes on. */
const insertOrRenew = compiledIn((db, signedIn: SignedIn) =>
  sessionInsertion(db, signedIn, NOTHING_WON)
    .onConflict((conflict) =>
      conflict
        .columns(['tenant', 'browser_uid', 'user_uid'])
        .where('ended_at', 'is', null)
        .doUpdateSet((each) => ({
          auth_time: each.ref('excluded.auth_time'),
          acr: each.ref('excluded.acr'),
          amr: each.ref('excluded.amr'),
          idle_expires_at: each.ref('excluded.idle_expires_at'),
          expires_at: each.ref('excluded.expires_at'),
          used_at: each.ref('excluded.used_at'),
          browser_words: each.ref('excluded.browser_words'),
        })),
    )
    .returningAll(),
)

const authentication = (db: Db, { session, interaction }: SignedIn, won: Won) =>
  db
    .updateTable('interaction')
    .set({ session_uid: session.uid })
    .where('tenant', '=', session.tenant)
    .where('digest', '=', interaction.digest)
    .where('completed_at', 'is', null)
    .where(won.isThere)

const authenticate = compiledIn((db, signedIn: SignedIn) =>
  authentication(db, signedIn, NOTHING_WON),
)

async function enterAgain(db: Db, signedIn: SignedIn): Promise<Session> {
  const [session] = await insertOrRenew(db, signedIn)
  if (session === undefined) throw new Error('a session that was stored did not come back')
  await authenticate(db, { ...signedIn, session })
  return sessionOf(session)
}

const insertBrowser = (db: Db, { browser }: SignedIn, won: Won) =>
  db
    .insertInto('browser')
    .columns(['tenant', 'uid', 'digest', 'created_at'])
    .expression(won.row([browser.tenant, browser.uid, browser.digest, browser.created_at]))
    .returning('uid')

const enterAnew = chained([hold, insertBrowser], [sessionInsertion, authentication])
