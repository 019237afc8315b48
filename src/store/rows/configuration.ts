export interface MetaRow {
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
  live_digest: string | null
  min_reader: string | null
  tool_version: string
  git_commit: string | null
  git_ref: string | null
  git_dirty: number
  repo_url: string | null
  ci_url: string | null
  actor: string
  reason: string | null
  plan_fingerprint: string | null
  summary: string
  source_gz: Buffer | null
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
  last_applied: string | null
  protect: number
  reconcile: string
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
  issued_at: number | null
  ends_at: number | null
}

export interface OverrideRow {
  uid: string
  path: string
  value: string
  relaxing: number
  expires_at: number
  reason: string
  actor: string
  created_at: number
}

export interface AuditRow {
  seq: number
  revision_id: number | null
  at: number
  actor: string
  action: string
  address: string
  object_uid: string | null
  details: string
  previous: string
  hash: string
}

export interface InstanceRow {
  id: string
  host: string
  version: string
  active_revision: number
  target_revision: number | null
  state: string
  error: string | null
  last_seen: number
}
