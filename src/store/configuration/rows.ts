import { digest } from '../../base/digest.ts'
import { canonicalJson, type JsonObject } from '../../base/json.ts'
import type { AuditEntry, ConfigObject, Override, Revision, StoredSecret } from '../config-port.ts'
import type {
  AuditRow,
  ObjectRow,
  OverrideRow,
  RevisionRow,
  SecretRow,
} from '../rows/configuration.ts'
import { storedJson, storedObject } from '../stored-json.ts'

/** What `objectOf` reads: the bulk does without `last_applied`. */
export type ReadObjectRow = Omit<ObjectRow, 'last_applied' | 'deleted_at'>

export function objectOf(row: ReadObjectRow): ConfigObject {
  const asWritten = digest(row.spec)
  const spec = lazySpec(row)
  return {
    uid: row.uid,
    kind: row.kind,
    tenant: row.tenant,
    name: row.name,
    owner: row.owner,
    get spec() {
      return spec()
    },
    // Computed, not believed: whoever changes the text by hand seldom changes the hash.
    specHash: asWritten === row.spec_hash ? asWritten : digest(canonicalJson(spec())),
    appliedHash: row.last_applied_hash,
    isProtected: row.protect === 1,
    reconcile: row.reconcile as ConfigObject['reconcile'],
    originFile: row.origin_file,
    originLine: row.origin_line,
    revision: row.revision_id,
  }
}

const nameOf = ({ kind, tenant, name, revision_id }: ReadObjectRow): string =>
  `${[kind, tenant, name].filter((part) => part !== '').join('/')} of revision ${revision_id}`

/** Where nothing changed, its hash is all that is looked at. */
function lazySpec(row: ReadObjectRow): () => JsonObject {
  let left: ReadObjectRow | undefined = row
  let spec: JsonObject = {}
  return () => {
    if (left !== undefined) spec = storedObject(left.spec, nameOf(left))
    left = undefined
    return spec
  }
}

/** As its owner leaves it: what is applied is what is there. */
export function objectRow(object: ConfigObject): ObjectRow {
  const spec = canonicalJson(object.spec)
  return {
    uid: object.uid,
    kind: object.kind,
    tenant: object.tenant,
    name: object.name,
    owner: object.owner,
    spec,
    spec_hash: object.specHash,
    last_applied_hash: object.appliedHash,
    last_applied: object.applied === undefined ? spec : canonicalJson(object.applied),
    protect: object.isProtected ? 1 : 0,
    reconcile: object.reconcile,
    origin_file: object.originFile,
    origin_line: object.originLine,
    revision_id: object.revision,
    deleted_at: null,
  }
}

export const secretOf = (row: SecretRow): StoredSecret => ({
  ownerUid: row.owner_uid,
  secretId: row.secret_id,
  verifier: row.verifier,
  fingerprint: row.fingerprint,
  expiresAt: row.expires_at ?? undefined,
  ...(row.issued_at === null ? {} : { issuedAt: row.issued_at }),
  ...(row.ends_at === null ? {} : { endsAt: row.ends_at }),
})

export const secretRow = (secret: StoredSecret): SecretRow => ({
  owner_uid: secret.ownerUid,
  secret_id: secret.secretId,
  verifier: secret.verifier,
  fingerprint: secret.fingerprint,
  expires_at: secret.expiresAt ?? null,
  issued_at: secret.issuedAt ?? null,
  ends_at: secret.endsAt ?? null,
})

export const overrideOf = (row: OverrideRow): Override => ({
  uid: row.uid,
  path: row.path,
  value: storedJson(row.value, `an override of ${row.uid}`),
  isRelaxing: row.relaxing === 1,
  expiresAt: row.expires_at,
  reason: row.reason,
  actor: row.actor,
  createdAt: row.created_at,
})

export const revisionOf = (row: Omit<RevisionRow, 'source_gz'>): Revision => ({
  id: row.id,
  owner: row.owner,
  parent: row.parent_id ?? undefined,
  kind: row.kind as Revision['kind'],
  desiredDigest: row.desired_digest,
  liveDigest: row.live_digest ?? undefined,
  minReader: row.min_reader ?? undefined,
  toolVersion: row.tool_version,
  gitCommit: row.git_commit ?? undefined,
  gitRef: row.git_ref ?? undefined,
  gitDirty: row.git_dirty === 1,
  repoUrl: row.repo_url ?? undefined,
  ciUrl: row.ci_url ?? undefined,
  actor: row.actor,
  reason: row.reason ?? undefined,
  planFingerprint: row.plan_fingerprint ?? undefined,
  summary: storedObject(row.summary, `the summary of revision ${row.id}`),
  createdAt: row.created_at,
})

export const revisionRow = (
  { id, ...revision }: Revision,
  source: Buffer | undefined,
): RevisionRow => ({
  id,
  owner: revision.owner,
  parent_id: revision.parent ?? null,
  kind: revision.kind,
  desired_digest: revision.desiredDigest,
  live_digest: revision.liveDigest ?? null,
  min_reader: revision.minReader ?? null,
  tool_version: revision.toolVersion,
  git_commit: revision.gitCommit ?? null,
  git_ref: revision.gitRef ?? null,
  git_dirty: revision.gitDirty ? 1 : 0,
  repo_url: revision.repoUrl ?? null,
  ci_url: revision.ciUrl ?? null,
  actor: revision.actor,
  reason: revision.reason ?? null,
  plan_fingerprint: revision.planFingerprint ?? null,
  summary: JSON.stringify(revision.summary),
  source_gz: source ?? null,
  created_at: revision.createdAt,
})

export const auditEntryOf = (row: AuditRow): AuditEntry => ({
  seq: row.seq,
  revision: row.revision_id ?? undefined,
  at: row.at,
  actor: row.actor,
  action: row.action,
  address: row.address,
  objectUid: row.object_uid ?? undefined,
  details: storedObject(row.details, `entry ${row.seq} of the audit record`),
  previous: row.previous,
  hash: row.hash,
})
