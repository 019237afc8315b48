import type { Kysely } from 'kysely'

/** What every repository speaks: the pool, a connection of it, or a transaction on one. */
export type Db = Kysely<Tables>

/** The rows, alike on both engines: integers for instants, text for JSON, bytes for time-ordered keys. */
export interface Tables {
  config_meta: MetaRow
  config_revision: RevisionRow
  config_head: { owner: string; revision_id: number; generation: number }
  config_object: ObjectRow
  secret_verifier: SecretRow
  server_instance: InstanceRow
  user_account: UserRow
  user_login: { tenant: string; login: string; user_uid: string }
  attempt: AttemptRow
  known_browser: { tenant: string; user_uid: string; digest: string; seen_at: number }
  browser: { tenant: string; uid: string; digest: string; created_at: number }
  session: SessionRow
  session_client: { tenant: string; session_uid: string; application_uid: string; sid: string }
  interaction: InteractionRow
  consent: ConsentRow
  authorization: AuthorizationRow
  authorization_code: CodeRow
  access_token: AccessTokenRow
  refresh_token: RefreshTokenRow
  signing_key: KeyRow
}

interface MetaRow {
  id: number
  cluster_id: string
  pepper: string
  schema_version: number
  environment_name: string | null
  environment_kind: string | null
}

export interface RevisionRow {
  id: number
  owner: string
  parent_id: number | null
  kind: string
  desired_digest: string
  tool_version: string
  git_commit: string | null
  git_ref: string | null
  git_dirty: number
  actor: string
  reason: string | null
  summary: string
  created_at: number
}

export interface ObjectRow {
  uid: string
  kind: string
  tenant: string
  name: string
  owner: string
  spec: string
  spec_hash: string
  last_applied_hash: string
  protect: number
  origin_file: string
  origin_line: number
  revision_id: number
  deleted_at: number | null
}

export interface SecretRow {
  owner_uid: string
  secret_id: string
  verifier: string
  fingerprint: string
  expires_at: number | null
}

export interface InstanceRow {
  id: string
  host: string
  version: string
  active_revision: number
  state: string
  last_seen: number
}

export interface UserRow {
  tenant: string
  uid: string
  sub: string
  username: string
  /** The case-folded form, by which it is found and listed. */
  username_key: string
  email: string | null
  email_verified: number
  claims: string
  roles: string
  password_hash: string | null
  created_at: number
  updated_at: number
  disabled_at: number | null
  /** When its document went; the same as `disabled_at` unless an operator had been first. */
  buried_at: number | null
}

interface AttemptRow {
  tenant: string
  user_uid: string
  source: string
  failures: number
  locked_until: number | null
}

export interface SessionRow {
  tenant: string
  uid: string
  browser_uid: string
  user_uid: string
  auth_time: number
  acr: string
  amr: string
  idle_expires_at: number
  expires_at: number
  ended_at: number | null
}

export interface InteractionRow {
  tenant: string
  digest: string
  application_uid: string
  browser_digest: string
  request: string
  created_at: number
  expires_at: number
  session_uid: string | null
  completed_at: number | null
}

interface ConsentRow {
  tenant: string
  user_uid: string
  application_uid: string
  /** `application` stands for the consent as such, which may have neither scopes nor resources. */
  kind: 'application' | 'scope' | 'resource'
  value: string
  granted_at: number
}

export interface AuthorizationRow {
  tenant: string
  uid: string
  application_uid: string
  user_uid: string
  session_uid: string
  sid: string
  scopes: string
  resources: string
  auth_time: number
  acr: string
  amr: string
  nonce: string | null
  offline: number
  created_at: number
  revoked_at: number | null
}

interface CodeRow {
  tenant: string
  key: Buffer
  authorization_uid: string
  redirect_uri: string
  code_challenge: string | null
  expires_at: number
  consumed_at: number | null
}

export interface AccessTokenRow {
  tenant: string
  key: Buffer
  authorization_uid: string | null
  application_uid: string
  user_uid: string | null
  subject: string
  scope: string
  audience: string
  format: string
  issued_at: number
  expires_at: number
  revoked_at: number | null
}

export interface RefreshTokenRow {
  tenant: string
  key: Buffer
  parent_key: Buffer | null
  authorization_uid: string
  application_uid: string
  issued_at: number
  expires_at: number
  idle_expires_at: number
  consumed_at: number | null
  sealed_response: string | null
  grace_until: number | null
}

export interface KeyRow {
  tenant: string
  kid: string
  algorithm: string
  use: string
  state: string
  public_jwk: string
  sealed_private: string
  created_at: number
  activate_at: number | null
  activated_at: number | null
  retired_at: number | null
  verify_until: number
}
