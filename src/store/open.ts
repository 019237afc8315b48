import { existsSync } from 'node:fs'
import type { Random } from '../base/random.ts'
import type { ConfigStore } from './config-port.ts'
import { makeConfigStore } from './configuration/index.ts'
import type { Engine } from './engine.ts'
import type { Heard } from './heard.ts'
import { type MigrationStatus, migrateSchema, requireSchema, schemaStatus } from './migrate.ts'
import { type Store, StoreError, type TenantStore } from './port.ts'
import type { PostgresOptions } from './postgres.ts'
import { purging } from './purge/index.ts'
import { sealedValues } from './sealed.ts'
import { systemStore } from './system.ts'
import { tenantStore } from './tenant/index.ts'

export type ConfigurableStore = Store & { readonly config: ConfigStore }

export interface Opening {
  /** inspect: read only; what is not there is empty. require: the schema must be there already. */
  readonly schema: 'migrate' | 'require' | 'inspect'
  readonly random: Random
  /** Named statements: quicker, and impossible behind a pooler in transaction mode. PostgreSQL only. */
  readonly prepare?: boolean
  /** Past a pooler, for listening. PostgreSQL only. */
  readonly directUrl?: string | undefined
  /** At most so many at once. PostgreSQL only. */
  readonly connections?: number
  readonly heard?: Heard | undefined
  /** Who we are, for whoever waits for us. PostgreSQL only. */
  readonly name?: string
}

/** Opens `sqlite:path` or `postgres://…`. */
export async function openStore(url: string, opening: Opening): Promise<ConfigurableStore> {
  const engine = await openReady(url, opening)
  const bell = new Set<() => void>()
  const ring = () => {
    for (const listener of bell) listener()
  }
  const shared = { ring, noted: new Map<string, number>() }
  const tenants = new Map<string, TenantStore>()
  return {
    tenant(uid) {
      const known = tenants.get(uid)
      if (known !== undefined) return known
      const made = tenantStore(engine, uid, shared)
      tenants.set(uid, made)
      return made
    },
    system: systemStore(engine, bell),
    sealed: sealedValues(engine),
    purging: purging(engine),
    config: makeConfigStore(engine),
    close: () => engine.close(),
  }
}

export const migrate = (url: string, random: Random): Promise<MigrationStatus> =>
  using(url, (engine) => migrateSchema(engine, random))

export async function migrationStatus(url: string): Promise<MigrationStatus> {
  if (isAbsent(url)) return schemaStatus(await openEngine('sqlite::memory:', 'create'))
  return using(url, schemaStatus, 'read')
}

async function using<T>(
  url: string,
  work: (engine: Engine) => Promise<T>,
  mode: 'create' | 'read' = 'create',
): Promise<T> {
  const engine = await openEngine(url, mode)
  try {
    return await work(engine)
  } finally {
    await engine.close()
  }
}

async function openReady(url: string, opening: Opening): Promise<Engine> {
  const { schema, random, prepare = false, directUrl, connections, heard, name } = opening
  if (schema === 'inspect' && isAbsent(url)) return emptyEngine(random)
  const engine = await openEngine(url, MODE[schema], {
    prepare,
    directUrl,
    connections,
    heard,
    name,
  })
  try {
    if (schema === 'migrate') {
      await migrateSchema(engine, random)
      return engine
    }
    const status = await schemaStatus(engine)
    if (schema === 'inspect' && status.current === 0) {
      await engine.close()
      return await emptyEngine(random)
    }
    requireSchema(status)
    return engine
  } catch (error) {
    await engine.close()
    throw error
  }
}

const MODE = { migrate: 'create', require: 'write', inspect: 'read' } as const

/** The only place that knows there is more than one kind of database, of which the other's driver is not loaded. */
async function openEngine(
  url: string,
  mode: 'create' | 'write' | 'read',
  options: PostgresOptions = { prepare: false, directUrl: undefined },
): Promise<Engine> {
  const path = sqlitePath(url)
  if (path !== undefined) return (await import('./sqlite.ts')).openSqlite(path, mode, options.heard)
  if (/^postgres(ql)?:\/\//.test(url))
    return (await import('./postgres.ts')).openPostgres(url, options)
  throw new StoreError(
    'unreachable',
    'the database URL is neither sqlite:path nor postgres://host/database',
    { next: 'write one of them' },
  )
}

const sqlitePath = (url: string): string | undefined => /^sqlite:(.+)$/s.exec(url)?.[1]

function isAbsent(url: string): boolean {
  const path = sqlitePath(url)
  return path !== undefined && path !== ':memory:' && !existsSync(path)
}

/** A database nobody has written to yet, in memory. */
async function emptyEngine(random: Random): Promise<Engine> {
  const engine = await openEngine('sqlite::memory:', 'create')
  await migrateSchema(engine, random)
  return engine
}
