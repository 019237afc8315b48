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
