import { sql } from 'kysely'
import type { ConfigObject, LiveChanges, LiveState, Tombstone } from '../config-port.ts'
import { storedObject } from '../stored-json.ts'
import type { Db } from '../tables.ts'
import { objectOf, overrideOf, secretOf } from './rows.ts'

/** Three statements, and one more where something was changed behind its owner's back. */
export async function readLive(db: Db): Promise<LiveState> {
  const head = await readHead(db)
  const rows = await readObjects(db)
  const secrets = await db
    .selectFrom('secret_verifier')
    .selectAll()
    .orderBy('owner_uid')
    .orderBy('secret_id')
    .execute()
  const alive = rows.filter((row) => row.deleted_at === null)
  return {
    meta: {
      clusterId: head.cluster_id,
      pepper: head.pepper,
      schemaVersion: head.schema_version,
    },
    minReader: head.min_reader ?? undefined,
    revision: head.revision_id,
    environment: environmentOf(head.environment_name, head.environment_kind),
    objects: await withApplied(db, alive.map(objectOf)),
    tombstones: tombstonesOf(rows),
    secrets: secrets.map(secretOf),
    overrides: head.overrides === 0 ? [] : await readOverrides(db),
  }
}

export async function readChanges(db: Db, revision: number): Promise<LiveChanges> {
  const head = await readHead(db)
  const rows = await db
    .selectFrom('config_object')
    .selectAll()
    .where('revision_id', '>', revision)
    .execute()
  const overrides = head.overrides === 0 ? [] : await readOverrides(db)
  const changed = rows.filter((row) => row.deleted_at === null)
  const deleted = rows.filter((row) => row.deleted_at !== null).map(({ uid }) => uid)
  if (changed.length === 0)
    return {
      revision: head.revision_id,
      objects: [],
      secrets: [],
      deleted,
      count: await countObjects(db),
      overrides,
    }
  const secrets = await db
    .selectFrom('secret_verifier')
    .selectAll()
    .where('owner_uid', 'in', (each) =>
      each
        .selectFrom('config_object')
        .select('uid')
        .where('revision_id', '>', revision)
        .where('deleted_at', 'is', null),
    )
    .execute()
  return {
    revision: head.revision_id,
    objects: changed.map(objectOf),
    secrets: secrets.map(secretOf),
    deleted,
    count: await countObjects(db),
    overrides,
  }
}

async function countObjects(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('config_object')
    .select((each) => each.fn.countAll<number>().as('count'))
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(count)
}

const tombstonesOf = (rows: Awaited<ReturnType<typeof readObjects>>): readonly Tombstone[] =>
  rows
    .flatMap((row) =>
      row.deleted_at === null ? [] : [{ object: objectOf(row), deletedAt: row.deleted_at }],
    )
    .sort((left, right) => left.deletedAt - right.deletedAt)

const readHead = (db: Db) =>
  db
    .selectFrom('config_head')
    .innerJoin('config_meta', (join) => join.on('config_meta.id', '=', 1))
    .leftJoin('config_revision', 'config_revision.id', 'config_head.revision_id')
    .select([
      'config_head.revision_id',
      'environment_name',
      'environment_kind',
      'cluster_id',
      'pepper',
      'schema_version',
      'min_reader',
    ])
    .select((each) =>
      each.selectFrom('override').select(sql<number>`count(*)`.as('count')).as('overrides'),
    )
    .where('config_head.owner', '=', '')
    .executeTakeFirstOrThrow()

const readObjects = (db: Db) =>
  db
    .selectFrom('config_object')
    .select([
      'uid',
      'kind',
      'tenant',
      'name',
      'owner',
      'spec',
      'spec_hash',
      'last_applied_hash',
      'protect',
      'reconcile',
      'origin_file',
      'origin_line',
      'revision_id',
      'deleted_at',
    ])
    .orderBy('kind')
    .orderBy('tenant')
    .orderBy('name')
    .execute()

async function withApplied(db: Db, all: readonly ConfigObject[]): Promise<readonly ConfigObject[]> {
  const drifted = all.filter((object) => object.specHash !== object.appliedHash)
  if (drifted.length === 0) return all
  const rows = await db
    .selectFrom('config_object')
    .select(['uid', 'last_applied'])
    .where(
      'uid',
      'in',
      drifted.slice(0, MOST_DRIFTED).map(({ uid }) => uid),
    )
    .execute()
  const applied = new Map(rows.map((row) => [row.uid, row.last_applied]))
  return all.map((object) => {
    const text = applied.get(object.uid)
    return text === undefined || text === null
      ? object
      : {
          ...object,
          applied: storedObject(text, `what was applied as ${object.kind} ${object.name}`),
        }
  })
}

/** Of more than these, only that they drifted is told, not where. */
const MOST_DRIFTED = 1000

const readOverrides = async (db: Db) =>
  (await db.selectFrom('override').selectAll().orderBy('uid').orderBy('path').execute()).map(
    overrideOf,
  )

function environmentOf(name: string | null, kind: string | null): LiveState['environment'] {
  if (name === null) return undefined
  return { name, kind: kind === 'dev' ? 'dev' : 'production' }
}
