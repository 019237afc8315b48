import { changes } from './config-changes.ts'
import type { ConfigMeta, ConfigObject, ConfigStore, LiveState } from './config-port.ts'
import { objectOf, revisionOf, secretOf } from './config-rows.ts'
import type { Engine } from './engine.ts'
import type { Db } from './tables.ts'

export const makeConfigStore = (engine: Engine): ConfigStore => ({
  async meta(): Promise<ConfigMeta> {
    const row = await engine.read(readMeta)
    return { clusterId: row.cluster_id, pepper: row.pepper, schemaVersion: row.schema_version }
  },

  live: () => engine.snapshot(readLive),

  async revisions(limit) {
    const rows = await engine.read((db) =>
      db.selectFrom('config_revision').selectAll().orderBy('id', 'desc').limit(limit).execute(),
    )
    return rows.map(revisionOf)
  },

  transaction: (lockTimeoutMs, work) =>
    engine.exclusive(lockTimeoutMs, (db) =>
      work({
        ...changes(engine, db),
        live: () => readLive(db),
        buried: () => readBuried(db),
      }),
    ),
})

const readMeta = (db: Db) =>
  db.selectFrom('config_meta').selectAll().where('id', '=', 1).executeTakeFirstOrThrow()

async function readLive(db: Db): Promise<LiveState> {
  const head = await db
    .selectFrom('config_head')
    .select('revision_id')
    .where('owner', '=', '')
    .executeTakeFirstOrThrow()
  const meta = await readMeta(db)
  const objects = await db
    .selectFrom('config_object')
    .selectAll()
    .where('deleted_at', 'is', null)
    .orderBy('kind')
    .orderBy('tenant')
    .orderBy('name')
    .execute()
  const secrets = await db
    .selectFrom('secret_verifier')
    .innerJoin('config_object', 'config_object.uid', 'secret_verifier.owner_uid')
    .selectAll('secret_verifier')
    .where('config_object.deleted_at', 'is', null)
    .orderBy('secret_verifier.owner_uid')
    .orderBy('secret_verifier.secret_id')
    .execute()
  return {
    revision: head.revision_id,
    environment: environmentOf(meta.environment_name, meta.environment_kind),
    objects: objects.map(objectOf),
    secrets: secrets.map(secretOf),
  }
}

function environmentOf(name: string | null, kind: string | null): LiveState['environment'] {
  if (name === null) return undefined
  return { name, kind: kind === 'dev' ? 'dev' : 'production' }
}

async function readBuried(db: Db): Promise<readonly ConfigObject[]> {
  const rows = await db
    .selectFrom('config_object')
    .selectAll()
    .where('deleted_at', 'is not', null)
    .orderBy('deleted_at')
    .orderBy('uid')
    .execute()
  return rows.map(objectOf)
}
