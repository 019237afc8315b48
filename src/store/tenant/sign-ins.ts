import type { EpochSeconds } from '../../base/time.ts'
import type { Session } from '../../model/session.ts'
import { chained } from '../chain.ts'
import { compiled, compiledIn } from '../compiled.ts'
import type { Engine } from '../engine.ts'
import type { SignIn } from '../port.ts'
import type { SessionRow } from '../rows/browsers.ts'
import type { Db } from '../tables.ts'
import { sessionOf } from './session-list.ts'

/** In a browser that is known already, or a new one. Answers the session as it is stored. */
export async function storeSignIn(
  engine: Engine,
  tenant: string,
  { previousDigest, ...signIn }: SignIn,
  now: EpochSeconds,
): Promise<Session> {
  const { digest, interactionDigest = null } = signIn
  const signedIn = (browserUid: string): SignedIn => ({
    browser: { tenant, uid: browserUid, digest, created_at: now },
    session: rowOf(tenant, browserUid, signIn),
    interaction: { digest: interactionDigest },
  })
  const renewed =
    previousDigest === undefined
      ? undefined
      : await engine.transaction(async (db) => {
          const [browser] = await changeCookie(db, { tenant, previousDigest, digest })
          if (browser === undefined) return undefined
          await endExpired(db, { tenant, browserUid: browser.uid, now })
          return enterAgain(db, signedIn(browser.uid))
        })
  if (renewed !== undefined) return renewed
  await engine.chain(enterAnew, signedIn(signIn.browserUid))
  return signIn.session
}

interface SignedIn {
  readonly browser: {
    readonly tenant: string
    readonly uid: string
    readonly digest: string
    readonly created_at: EpochSeconds
  }
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

const sessionInsertion = (db: Db, { session }: SignedIn) =>
  db.insertInto('session').values({
    tenant: session.tenant,
    uid: session.uid,
    browser_uid: session.browser_uid,
    user_uid: session.user_uid,
    auth_time: session.auth_time,
    acr: session.acr,
    amr: session.amr,
    idle_expires_at: session.idle_expires_at,
    expires_at: session.expires_at,
    ended_at: session.ended_at,
    used_at: session.used_at,
    browser_words: session.browser_words,
  })

/** Where this person has a live session in this browser, it is that one that goes on. */
const insertOrRenew = compiledIn((db, signedIn: SignedIn) =>
  sessionInsertion(db, signedIn)
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

const authentication = (db: Db, { session, interaction }: SignedIn) =>
  db
    .updateTable('interaction')
    .set({ session_uid: session.uid })
    .where('tenant', '=', session.tenant)
    .where('digest', '=', interaction.digest)
    .where('completed_at', 'is', null)

const authenticate = compiledIn(authentication)

async function enterAgain(db: Db, signedIn: SignedIn): Promise<Session> {
  const [session] = await insertOrRenew(db, signedIn)
  if (session === undefined) throw new Error('a session that was stored did not come back')
  await authenticate(db, { ...signedIn, session })
  return sessionOf(session)
}

const insertBrowser = (db: Db, { browser }: SignedIn) =>
  db
    .insertInto('browser')
    .values({
      tenant: browser.tenant,
      uid: browser.uid,
      digest: browser.digest,
      created_at: browser.created_at,
    })
    .returning('uid')

const enterAnew = chained([insertBrowser], [sessionInsertion, authentication])
