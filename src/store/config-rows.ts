import type { ConfigObject, Revision, StoredSecret } from './config-port.ts'
import type { ObjectRow, RevisionRow, SecretRow } from './rows/configuration.ts'

export const objectOf = (row: ObjectRow): ConfigObject => ({
  uid: row.uid,
  kind: row.kind,
  tenant: row.tenant,
  name: row.name,
  owner: row.owner,
  spec: JSON.parse(row.spec),
  specHash: row.spec_hash,
  isProtected: row.protect === 1,
  originFile: row.origin_file,
  originLine: row.origin_line,
  revision: row.revision_id,
})

export const objectRow = (object: ConfigObject): ObjectRow => ({
  uid: object.uid,
  kind: object.kind,
  tenant: object.tenant,
  name: object.name,
  owner: object.owner,
  spec: JSON.stringify(object.spec),
  spec_hash: object.specHash,
  last_applied_hash: object.specHash,
  protect: object.isProtected ? 1 : 0,
  origin_file: object.originFile,
  origin_line: object.originLine,
  revision_id: object.revision,
  deleted_at: null,
})

export const secretOf = (row: SecretRow): StoredSecret => ({
  ownerUid: row.owner_uid,
  secretId: row.secret_id,
  verifier: row.verifier,
  fingerprint: row.fingerprint,
  expiresAt: row.expires_at ?? undefined,
})

export const secretRow = (secret: StoredSecret): SecretRow => ({
  owner_uid: secret.ownerUid,
  secret_id: secret.secretId,
  verifier: secret.verifier,
  fingerprint: secret.fingerprint,
  expires_at: secret.expiresAt ?? null,
})

export const revisionOf = (row: RevisionRow): Revision => ({
  id: row.id,
  owner: row.owner,
  parent: row.parent_id ?? undefined,
  kind: row.kind as Revision['kind'],
  desiredDigest: row.desired_digest,
  toolVersion: row.tool_version,
  gitCommit: row.git_commit ?? undefined,
  gitRef: row.git_ref ?? undefined,
  gitDirty: row.git_dirty === 1,
  actor: row.actor,
  reason: row.reason ?? undefined,
  summary: JSON.parse(row.summary),
  createdAt: row.created_at,
})

export const revisionRow = ({ id, ...revision }: Revision): RevisionRow => ({
  id,
  owner: revision.owner,
  parent_id: revision.parent ?? null,
  kind: revision.kind,
  desired_digest: revision.desiredDigest,
  tool_version: revision.toolVersion,
  git_commit: revision.gitCommit ?? null,
  git_ref: revision.gitRef ?? null,
  git_dirty: revision.gitDirty ? 1 : 0,
  actor: revision.actor,
  reason: revision.reason ?? null,
  summary: JSON.stringify(revision.summary),
  created_at: revision.createdAt,
})
