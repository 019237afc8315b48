import { record } from '../append-audit.ts'
import type {
  AuditEntry,
  AuditFilter,
  ConfigTransaction,
  NewRevision,
  Revision,
} from '../config-port.ts'
import type { Engine } from '../engine.ts'
import { StoreError } from '../store-error.ts'
import type { Db } from '../tables.ts'
import { auditEntryOf, revisionOf, revisionRow } from './rows.ts'

export const revisionChanges = (
  engine: Engine,
  db: Db,
): Pick<ConfigTransaction, 'record' | 'commitRevision'> => ({
  record: (entries) => record(db, entries),

  async commitRevision({ source, ...revision }: NewRevision) {
    const { revision_id: parent } = await db
      .selectFrom('config_head')
      .select('revision_id')
      .where('owner', '=', '')
      .executeTakeFirstOrThrow()
    const id = parent + 1
    await db
      .insertInto('config_revision')
      .values(revisionRow({ ...revision, id, parent: parent === 0 ? undefined : parent }, source))
      .execute()
    await moveHead(db, parent, id)
    await db
      .insertInto('config_head')
      .values({ owner: revision.owner, revision_id: id, generation: 0 })
      .onConflict((conflict) => conflict.column('owner').doUpdateSet({ revision_id: id }))
      .execute()
    await engine.announce(db, String(id))
    return id
  },
})

/** Only from where we found it: whoever does not hold the lock changes nothing. */
async function moveHead(db: Db, from: number, to: number): Promise<void> {
  const moved = await db
    .updateTable('config_head')
    .set({ revision_id: to })
    .where('owner', '=', '')
    .where('revision_id', '=', from)
    .returning('revision_id')
    .executeTakeFirst()
  if (moved === undefined) throw new StoreError('busy', 'somebody else changed the configuration')
}

export async function readAudit(db: Db, filter: AuditFilter): Promise<readonly AuditEntry[]> {
  const { address, since, revisions, limit } = filter
  const rows = await db
    .selectFrom('audit_entry')
    .selectAll()
    .$if(address !== undefined, (query) => query.where('address', '=', address ?? ''))
    .$if(since !== undefined, (query) => query.where('at', '>=', since ?? 0))
    .$if(revisions !== undefined, (query) =>
      query
        .where('revision_id', '>=', revisions?.from ?? 0)
        .where('revision_id', '<=', revisions?.to ?? 0),
    )
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute()
  return rows.map(auditEntryOf)
}

export async function readAuditAfter(
  db: Db,
  seq: number,
  limit: number,
): Promise<readonly AuditEntry[]> {
  const rows = await db
    .selectFrom('audit_entry')
    .selectAll()
    .where('seq', '>', seq)
    .orderBy('seq')
    .limit(limit)
    .execute()
  return rows.map(auditEntryOf)
}

export async function readRevisions(
  db: Db,
  filter:
    | { readonly id: number }
    | { readonly commit: string }
    | { readonly limit: number; readonly kinds?: readonly Revision['kind'][] },
): Promise<readonly Revision[]> {
  const all = db
    .selectFrom('config_revision')
    .select([
      'id',
      'owner',
      'parent_id',
      'kind',
      'desired_digest',
      'live_digest',
      'min_reader',
      'tool_version',
      'git_commit',
      'git_ref',
      'git_dirty',
      'repo_url',
      'ci_url',
      'actor',
      'reason',
      'plan_fingerprint',
      'summary',
      'created_at',
    ])
  const newestFirst = all.orderBy('id', 'desc')
  const some = () => {
    if ('id' in filter) return all.where('id', '=', filter.id)
    if ('limit' in filter) {
      const some = newestFirst.limit(filter.limit)
      return filter.kinds === undefined ? some : some.where('kind', 'in', filter.kinds)
    }
    return newestFirst.where('git_commit', 'like', `${filter.commit}%`)
  }
  return (await some().execute()).map(revisionOf)
}
