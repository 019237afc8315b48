import { sql } from 'kysely'
import { type Random, randomToken } from '../base/random.ts'
import type { Engine } from './engine.ts'
import { migrations } from './migrations/index.ts'
import { StoreError } from './port.ts'
import type { Db } from './tables.ts'

const PATIENCE_MS = 30_000

export interface MigrationStatus {
  /** 0 when there is no schema yet. */
  readonly current: number
  readonly latest: number
}

/** Applies what is missing, in one transaction. Of two processes that do it at once, one waits and finds it done. */
export async function migrateSchema(engine: Engine, random: Random): Promise<MigrationStatus> {
  const before = await schemaStatus(engine)
  refuseNewer(before)
  if (before.current === before.latest) return before
  return engine.exclusive(PATIENCE_MS, async (db) => {
    const { current, latest } = await statusWithin(db, engine)
    refuseNewer({ current, latest })
    for (const migration of migrations.slice(current))
      for (const statement of migration(engine.spelling)) await sql.raw(statement).execute(db)
    await writeVersion(db, latest, random)
    return { current: latest, latest }
  })
}

export async function schemaStatus(engine: Engine): Promise<MigrationStatus> {
  const latest = migrations.length
  if (!(await engine.hasSchema())) return { current: 0, latest }
  return { current: await engine.read(readVersion), latest }
}

/** Throws unless the schema is the one this program was written for. */
export function requireSchema(status: MigrationStatus): void {
  refuseNewer(status)
  if (status.current === 0) throw new StoreError('schema-missing', 'the database has no tables yet')
  if (status.current < status.latest)
    throw new StoreError(
      'schema-older',
      `the database has schema ${status.current} and this program needs ${status.latest}`,
    )
}

function refuseNewer({ current, latest }: MigrationStatus): void {
  if (current <= latest) return
  throw new StoreError(
    'schema-newer',
    `the database has schema ${current}, made by a newer program; this one knows up to ${latest}`,
  )
}

/** `hasSchema` may look through another connection, which sees what was committed before our lock. */
async function statusWithin(db: Db, engine: Engine): Promise<MigrationStatus> {
  const latest = migrations.length
  if (!(await engine.hasSchema())) return { current: 0, latest }
  return { current: await readVersion(db), latest }
}

const readVersion = async (db: Db): Promise<number> =>
  (await db.selectFrom('config_meta').select('schema_version').executeTakeFirst())
    ?.schema_version ?? 0

const writeVersion = (db: Db, version: number, random: Random) =>
  db
    .insertInto('config_meta')
    .values({
      id: 1,
      cluster_id: randomToken(random, 16),
      pepper: randomToken(random),
      schema_version: version,
      environment_name: null,
      environment_kind: null,
    })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ schema_version: version }))
    .execute()
