import type { Migration, Spelling } from './spelling.ts'

/** Configuration (by uid of the object) and everything that servers write (by tenant first). */
export const initial: Migration = (spelling) => [
  ...configuration(spelling),
  ...operation(spelling),
  ...people(spelling),
  ...browsers(spelling),
  ...grants(spelling),
  ...tokens(spelling),
  ...keys(spelling),
]

const configuration = ({ integer, bytes, table }: Spelling): readonly string[] => [
  `create table config_meta (id ${integer} primary key check (id = 1), cluster_id text not null,
    pepper text not null, schema_version ${integer} not null, environment_name text,
    environment_kind text) ${table}`,
  `create table config_revision (id ${integer} primary key, owner text not null, parent_id ${integer},
    kind text not null, desired_digest text not null, live_digest text, min_reader text,
    tool_version text not null, git_commit text, git_ref text, git_dirty ${integer} not null,
    repo_url text, ci_url text, actor text not null, reason text, plan_fingerprint text,
    summary text not null, source_gz ${bytes}, created_at ${integer} not null) ${table}`,
  // The row with the empty owner is the global head, which servers poll.
  `create table config_head (owner text primary key, revision_id ${integer} not null,
    generation ${integer} not null) ${table}`,
  `insert into config_head (owner, revision_id, generation) values ('', 0, 0)`,
  `create table config_object (uid text primary key, kind text not null, tenant text not null,
    name text not null, owner text not null, spec text not null, spec_hash text not null,
    last_applied_hash text not null, last_applied text, protect ${integer} not null default 0,
    reconcile text not null default 'full', origin_file text not null,
    origin_line ${integer} not null, revision_id ${integer} not null,
    deleted_at ${integer}) ${table}`,
  `create unique index config_object_address on config_object (kind, tenant, name)
    where deleted_at is null`,
  `create table secret_verifier (owner_uid text not null, secret_id text not null,
    verifier text not null, fingerprint text not null, expires_at ${integer},
    primary key (owner_uid, secret_id)) ${table}`,
]

const operation = ({ integer, table }: Spelling): readonly string[] => [
  `create table override (uid text not null, path text not null, value text not null,
    expires_at ${integer} not null, reason text not null, actor text not null,
    created_at ${integer} not null, primary key (uid, path)) ${table}`,
  `create table server_instance (id text primary key, host text not null, version text not null,
    active_revision ${integer} not null, state text not null, last_seen ${integer} not null) ${table}`,
  `create table audit (tenant text not null, id text not null, at ${integer} not null,
    actor text not null, action text not null, object_uid text, details text not null,
    primary key (tenant, id)) ${table}`,
]

const people = ({ integer, table }: Spelling): readonly string[] => [
  `create table user_account (tenant text not null, uid text not null, sub text not null,
    username text not null, username_key text not null, email text,
    email_verified ${integer} not null, claims text not null, roles text not null,
    password_hash text, created_at ${integer} not null, updated_at ${integer} not null,
    disabled_at ${integer}, buried_at ${integer},
    primary key (tenant, uid), unique (tenant, sub)) ${table}`,
  // Usernames and e-mail addresses share one space: nobody takes another's address as a username.
  `create table user_login (tenant text not null, login text not null, user_uid text not null,
    primary key (tenant, login)) ${table}`,
  `create index user_login_user on user_login (tenant, user_uid)`,
  `create table attempt (tenant text not null, user_uid text not null, source text not null,
    failures ${integer} not null, locked_until ${integer},
    primary key (tenant, user_uid, source)) ${table}`,
  `create table known_browser (tenant text not null, user_uid text not null, digest text not null,
    seen_at ${integer} not null, primary key (tenant, user_uid, digest)) ${table}`,
]

const browsers = ({ integer, table }: Spelling): readonly string[] => [
  `create table browser (tenant text not null, uid text not null, digest text not null,
    created_at ${integer} not null, primary key (tenant, uid), unique (tenant, digest)) ${table}`,
  `create table session (tenant text not null, uid text not null, browser_uid text not null,
    user_uid text not null, auth_time ${integer} not null, acr text not null, amr text not null,
    idle_expires_at ${integer} not null, expires_at ${integer} not null, ended_at ${integer},
    primary key (tenant, uid)) ${table}`,
  `create unique index session_live on session (tenant, browser_uid, user_uid)
    where ended_at is null`,
  `create index session_of_user on session (tenant, user_uid)`,
  `create table session_client (tenant text not null, session_uid text not null,
    application_uid text not null, sid text not null,
    primary key (tenant, session_uid, application_uid)) ${table}`,
  `create table interaction (tenant text not null, digest text not null,
    application_uid text not null, browser_digest text not null, request text not null,
    created_at ${integer} not null, expires_at ${integer} not null, session_uid text,
    completed_at ${integer}, primary key (tenant, digest)) ${table}`,
]

const grants = ({ integer, table }: Spelling): readonly string[] => [
  `create table consent (tenant text not null, user_uid text not null,
    application_uid text not null, kind text not null, value text not null,
    granted_at ${integer} not null,
    primary key (tenant, user_uid, application_uid, kind, value)) ${table}`,
  `create table "authorization" (tenant text not null, uid text not null,
    application_uid text not null, user_uid text not null, session_uid text not null,
    sid text not null, scopes text not null, resources text not null,
    auth_time ${integer} not null, acr text not null, amr text not null, nonce text,
    offline ${integer} not null, resource text, cnf text, authorization_details text,
    created_at ${integer} not null, revoked_at ${integer}, primary key (tenant, uid)) ${table}`,
  `create index authorization_user on "authorization" (tenant, user_uid)`,
]

/** No index on expiry: the keys are in order of time, so a purge is a range of keys. */
const tokens = ({ integer, bytes, ordered }: Spelling): readonly string[] => [
  `create table authorization_code (tenant text not null, key ${bytes} not null,
    authorization_uid text not null, redirect_uri text not null, code_challenge text,
    resource text, cnf text, authorization_details text, expires_at ${integer} not null,
    consumed_at ${integer}, primary key (tenant, key)) ${ordered}`,
  `create table access_token (tenant text not null, key ${bytes} not null,
    authorization_uid text, application_uid text not null, user_uid text, subject text not null,
    scope text not null, audience text not null, format text not null, resource text, cnf text,
    authorization_details text, issued_at ${integer} not null, expires_at ${integer} not null,
    revoked_at ${integer}, primary key (tenant, key)) ${ordered}`,
  `create table refresh_token (tenant text not null, key ${bytes} not null, parent_key ${bytes},
    authorization_uid text not null, application_uid text not null, resource text, cnf text,
    authorization_details text, issued_at ${integer} not null, expires_at ${integer} not null,
    idle_expires_at ${integer} not null, consumed_at ${integer}, sealed_response text,
    grace_until ${integer}, primary key (tenant, key)) ${ordered}`,
  `create index refresh_token_grace on refresh_token (tenant, grace_until)
    where sealed_response is not null`,
]

const keys = ({ integer, table }: Spelling): readonly string[] => [
  `create table signing_key (tenant text not null, kid text not null, algorithm text not null,
    use text not null, state text not null, public_jwk text not null,
    sealed_private text not null, created_at ${integer} not null, activate_at ${integer},
    activated_at ${integer}, retired_at ${integer}, verify_until ${integer} not null,
    primary key (tenant, kid)) ${table}`,
  `create unique index signing_key_active on signing_key (tenant, algorithm)
    where state = 'active'`,
  `create unique index signing_key_pending on signing_key (tenant, algorithm)
    where state = 'pending'`,
]
