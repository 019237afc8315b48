import { sql } from 'kysely'
import { keysSince, ulidsSince } from '../../base/id.ts'
import type { Seconds } from '../../base/time.ts'
import type { Retention } from './rule.ts'

/** No server's clock is so far from another's, and whoever asks why a token failed asks within it. */
const HOUR: Seconds = 3600
/** Longer than any flow through a browser. */
const DAY: Seconds = 24 * HOUR
/** A week in which a replay ends what the first use won, and whose redirects plans count; and a day. */
const WEEK: Seconds = 8 * DAY
/** As long as browsers keep a cookie, and longer than anybody looks back. */
const YEAR: Seconds = 400 * DAY

const DOCUMENTS = 'with what was applied, until gc'
const PERSON = 'with the person'

/**
 * What is known of the past, and for how long. What hangs on a row that is gone counts as ended, so that
 * nothing comes back to life because something was forgotten.
 */
export const RETENTION: Retention = {
  // Tokens end when they say; those of programs are looked back at.
  access_token: {
    key: ['tenant', 'key'],
    since: keysSince,
    over: (ago) => sql`(format <> 'api-token' and expires_at <= ${ago(HOUR)})
      or (format = 'api-token' and (expires_at <= ${ago(YEAR)} or revoked_at <= ${ago(YEAR)}))`,
  },
  // What an operator calls an access token goes with it.
  api_token: {
    key: ['tenant', 'id'],
    over: () => sql`not exists (select 1 from access_token as token
      where token.tenant = api_token.tenant and token.key = api_token.key)`,
  },
  // Used up or not, as long as its family may live: reuse has to be recognised.
  refresh_token: {
    key: ['tenant', 'key'],
    since: keysSince,
    over: (ago) => sql`expires_at <= ${ago(DAY)}`,
  },
  authorization_code: {
    key: ['tenant', 'key'],
    since: keysSince,
    over: (ago) => sql`expires_at <= ${ago(WEEK)}`,
  },
  // As long as anything that came of it, and as its code is known. Older ones do not say how long that is.
  authorization: {
    key: ['tenant', 'uid'],
    since: ulidsSince,
    over: (ago) => sql`coalesce(kept_until, created_at + ${sql.lit(YEAR)}) <= ${ago(WEEK)}`,
  },
  // A token hangs on a session of its person: whether that was ended is known until the token is over, too.
  session: {
    key: ['tenant', 'uid'],
    since: ulidsSince,
    over: (ago) => sql`expires_at <= ${ago(WEEK)} or idle_expires_at <= ${ago(WEEK)}
      or ended_at <= ${ago(WEEK)}`,
  },
  session_client: {
    key: ['tenant', 'session_uid', 'application_uid'],
    since: ulidsSince,
    over: () => sql`not exists (select 1 from session
      where session.tenant = session_client.tenant and session.uid = session_client.session_uid)`,
  },
  // With its last session. Whoever signs in meanwhile changes the digest, and so keeps it.
  browser: {
    key: ['tenant', 'uid'],
    since: ulidsSince,
    over: (ago) => sql`created_at <= ${ago(WEEK)} and not exists (select 1 from session
      where session.tenant = browser.tenant and session.browser_uid = browser.uid
      and session.ended_at is null) and digest in (select same.digest from browser as same
      where same.tenant = browser.tenant and same.uid = browser.uid)`,
  },
  interaction: { key: ['tenant', 'digest'], over: (ago) => sql`expires_at <= ${ago(HOUR)}` },
  // Longer than itself: the person takes their time before it is used up.
  pushed_request: {
    key: ['tenant', 'key'],
    since: keysSince,
    over: (ago) => sql`expires_at <= ${ago(DAY)}`,
  },
  device: {
    key: ['tenant', 'key'],
    since: keysSince,
    over: (ago) => sql`expires_at <= ${ago(WEEK)}`,
  },
  backchannel_request: {
    key: ['tenant', 'key'],
    since: keysSince,
    over: (ago) => sql`expires_at <= ${ago(WEEK)}`,
  },
  backchannel_link: { key: ['tenant', 'digest'], over: (ago) => sql`expires_at <= ${ago(WEEK)}` },
  // Replays are recognised until the assertion has expired by every server's clock.
  client_assertion: {
    key: ['tenant', 'application_uid', 'digest'],
    over: (ago) => sql`expires_at <= ${ago(HOUR)}`,
  },
  // A lock that is over counts as none. A count without a lock stays: it is no more than one per browser.
  attempt: {
    key: ['tenant', 'user_uid', 'source'],
    over: (ago) => sql`locked_until <= ${ago(HOUR)} or (source <> '' and not exists
      (select 1 from known_browser as known where known.tenant = attempt.tenant
      and known.user_uid = attempt.user_uid and known.digest = attempt.source))`,
  },
  known_browser: {
    key: ['tenant', 'user_uid', 'digest'],
    over: (ago) => sql`seen_at <= ${ago(YEAR)}`,
  },
  guess: { key: ['tenant', 'source'], over: (ago) => sql`until <= ${ago(HOUR)}` },
  // By then every attempt has been made; until then `deliveries list` shows what became of it.
  delivery: { key: ['tenant', 'id'], over: (ago) => sql`created_at <= ${ago(WEEK)}` },
  audit_entry: { stays: 'for ever: each entry holds the hash of the one before' },
  consent: { stays: PERSON },
  pairwise_subject: { stays: PERSON },
  user_account: { stays: 'until its tenant or its document is forgotten' },
  user_login: { stays: PERSON },
  signing_key: {
    stays: 'ID tokens of long ago are hints, and a key that leaked is known for ever',
  },
  secret_use: { stays: 'one row for each secret' },
  asking_application: { stays: 'one row for each application' },
  server_instance: { stays: 'servers take away those that are gone' },
  override: { stays: 'servers take it away when it ends' },
  purge_turn: { stays: 'one row' },
  config_meta: { stays: DOCUMENTS },
  config_revision: { stays: DOCUMENTS },
  config_head: { stays: DOCUMENTS },
  config_object: { stays: DOCUMENTS },
  secret_verifier: { stays: DOCUMENTS },
}
