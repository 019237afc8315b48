import { keysSince } from '../../base/id.ts'
import type { ConfigMeta, ConfigStore, RedirectUse, RedirectUses } from '../config-port.ts'
import type { Engine } from '../engine.ts'
import { sealedIn, signingSealsIn } from '../sealed.ts'
import type { Db } from '../tables.ts'
import { changes } from './changes.ts'
import { readChanges, readLive } from './live.ts'
import { readAudit, readAuditAfter, readRevisions, revisionChanges } from './revisions.ts'
import { userChanges } from './users.ts'

export const makeConfigStore = (engine: Engine): ConfigStore => ({
  ...history(engine),

  async meta(): Promise<ConfigMeta> {
    const row = await engine.read(readMeta)
    return { clusterId: row.cluster_id, pepper: row.pepper, schemaVersion: row.schema_version }
  },

  live: () => engine.snapshot(readLive),
  changedSince: (revision) => engine.snapshot((db) => readChanges(db, revision)),
  redirectUses: (uses, since) => engine.read((db) => readRedirectUses(db, uses, since)),

  transaction: (lockTimeoutMs, work) =>
    engine.exclusive(lockTimeoutMs, (db) =>
      work({
        ...changes(db),
        ...userChanges(db),
        ...revisionChanges(engine, db),
        live: () => readLive(db),
        sealed: () => sealedIn(db),
        signingSeals: () => signingSealsIn(db),
        changedSince: (revision) => readChanges(db, revision),
      }),
    ),
})

const history = (
  engine: Engine,
): Pick<
  ConfigStore,
  | 'revisions'
  | 'lastApplied'
  | 'revisionsOf'
  | 'revision'
  | 'source'
  | 'lastSource'
  | 'audit'
  | 'auditAfter'
> => ({
  revisions: (limit) => engine.read((db) => readRevisions(db, { limit })),

  async lastApplied() {
    const filter = { limit: 1, kinds: ['apply', 'rollback'] } as const
    const [newest] = await engine.read((db) => readRevisions(db, filter))
    return newest
  },

  revisionsOf: (commit) => engine.read((db) => readRevisions(db, { commit })),

  async revision(id) {
    const [found] = await engine.read((db) => readRevisions(db, { id }))
    return found
  },

  async source(revision) {
    const row = await engine.read((db) =>
      db
        .selectFrom('config_revision')
        .select('source_gz')
        .where('id', '=', revision)
        .executeTakeFirst(),
    )
    return row?.source_gz ?? undefined
  },

  async lastSource(owner) {
    const row = await engine.read((db) =>
      db
        .selectFrom('config_revision')
        .select(['id', 'source_gz'])
        .where('owner', '=', owner)
        .where('source_gz', 'is not', null)
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst(),
    )
    return row?.source_gz ? { revision: row.id, packed: row.source_gz } : undefined
  },

  audit: (filter) => engine.read((db) => readAudit(db, filter)),
  auditAfter: (seq, limit) => engine.read((db) => readAuditAfter(db, seq, limit)),
})

const readMeta = (db: Db) =>
  db.selectFrom('config_meta').selectAll().where('id', '=', 1).executeTakeFirstOrThrow()

/** A code is kept for a while after its use, and its key begins with the time of its issue. */
async function readRedirectUses(
  db: Db,
  { tenantUid, applicationUid, redirectUris }: RedirectUse,
  since: number,
): Promise<RedirectUses> {
  const rows = await db
    .selectFrom('authorization_code as code')
    .innerJoin('authorization as grant', (join) =>
      join.on('grant.tenant', '=', tenantUid).onRef('grant.uid', '=', 'code.authorization_uid'),
    )
    .select(['code.redirect_uri'])
    .select((each) => [
      each.fn.countAll<number>().as('count'),
      each.fn.max('grant.created_at').as('last'),
    ])
    .where('code.tenant', '=', tenantUid)
    .where('code.key', '>=', keysSince(since))
    .where('grant.application_uid', '=', applicationUid)
    .where('code.redirect_uri', 'in', redirectUris)
    .groupBy('code.redirect_uri')
    .execute()
  return new Map(
    rows.map((row) => [row.redirect_uri, { count: Number(row.count), lastAt: Number(row.last) }]),
  )
}
