import { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Kysely, PostgresDialect, type PostgresPool, sql } from 'kysely'
import pg from 'pg'
import { type Appended, insertMany } from './appended.ts'
import { makeAppender } from './appender.ts'
import type { Engine, Job } from './engine.ts'
import { gathering } from './gathering.ts'
import { type Heard, logOf } from './heard.ts'
import { type Lookup, lookUpAll, type Place } from './lookup.ts'
import { messageOf } from './message-of.ts'
import { StoreError } from './port.ts'
import { listenFor, REVISION_CHANNEL } from './postgres-ear.ts'
import type { Db, Tables } from './tables.ts'

const SPELLING = { integer: 'bigint', bytes: 'bytea', table: '', ordered: '' }

/** Of whoever changes schema or configuration; released by the end of the transaction, however it ends. */
const LOCK = 8_431_760_221
const INT8 = 20
const MAX_NAMED = 500
const RETRIES = 5
/** PostgreSQL cuts off what is longer. */
const LONGEST_NAME = 63

export interface PostgresOptions {
  readonly prepare: boolean
  /** Past a pooler, for listening. */
  readonly directUrl: string | undefined
  readonly connections?: number | undefined
  readonly heard?: Heard | undefined
  /** Who we are, for whoever waits for us. */
  readonly name?: string | undefined
}

const CONNECTIONS = 10

export function openPostgres(url: string, options: PostgresOptions): Engine {
  const { prepare, directUrl, connections = CONNECTIONS, heard, name = 'tokenidp' } = options
  const where = withoutPassword(url)
  const guard = guardFor(where)
  const sockets = openSockets()
  const pool = new pg.Pool({
    connectionString: url,
    stream: sockets.open,
    application_name: name.replace(/[^ -~]/g, '?').slice(0, LONGEST_NAME),
    max: connections,
    connectionTimeoutMillis: 3000,
    keepAlive: true,
    types: { getTypeParser: integersAsNumbers as typeof pg.types.getTypeParser },
    // A transaction pooler refuses settings at connection time, so only servers send one.
    ...(prepare ? { statement_timeout: 10_000 } : {}),
  })
  // An idle connection that breaks leaves the pool by itself; unheard, the event would end the process.
  pool.on('error', () => undefined)
  // The same for one that breaks while a transaction holds it; its next statement tells the caller.
  pool.on('connect', (client) => client.on('error', () => undefined))
  const db: Db = new Kysely<Tables>({
    ...logOf(heard),
    dialect: new PostgresDialect({ pool: prepare ? named(pool) : pool }),
  })
  const append = appenderOver(pool, prepare)
  const lookUp = gatheredLookUps(db)
  return {
    spelling: SPELLING,
    read: (job) => guard(() => job(db)),
    lookUp: (lookup, place) => guard(() => lookUp(lookup, place)),
    snapshot: (job) =>
      guard(() =>
        db
          .transaction()
          .setIsolationLevel('repeatable read')
          .setAccessMode('read only')
          .execute(job),
      ),
    statement: (job) => guard(() => retried(() => job(db))),
    chain: (chain, values) => guard(() => retried(() => chain.together(db, values))),
    append: (table, row) => guard(() => append[table](row)),
    transaction: (job) => guard(() => retried(() => db.transaction().execute(job))),
    exclusive: (lockTimeoutMs, job) =>
      guard(() => db.transaction().execute((tx) => alone(tx, lockTimeoutMs, job))),
    now: () => guard(() => timeOf(db)),
    hasSchema: () =>
      guard(async () => {
        const found = await sql<{
          name: string | null
        }>`select to_regclass('config_meta')::text as name`.execute(db)
        return found.rows[0]?.name != null
      }),
    announce: async (tx, what) => {
      await tell(tx, REVISION_CHANNEL, what)
    },
    onRevision: (listener) =>
      listenFor(listener, {
        url: directUrl ?? url,
        stream: sockets.open,
        notify: (channel) => tell(db, channel, ''),
      }),
    close: async () => {
      await db.destroy()
      sockets.destroy()
    },
  }
}

const appenderOver = (pool: pg.Pool, prepare: boolean) => {
  const into = (table: Appended) => {
    const named = { text: insertMany(table), ...(prepare ? { name: `append ${table}` } : {}) }
    return makeAppender(table, async (values) => {
      await retried(() => pool.query({ ...named, values: [...values] }))
    })
  }
  return { access_token: into('access_token') } as const
}

/** Those that ask for the same kind of row in the same turn ask once. */
function gatheredLookUps(db: Db): Engine['lookUp'] {
  const known = new WeakMap<object, (place: Place) => Promise<unknown>>()
  return async <R extends Place>(lookup: Lookup<R>, place: Place) => {
    const find =
      known.get(lookup) ?? gathering((places: readonly Place[]) => lookUpAll(db, lookup, places))
    known.set(lookup, find)
    return find(place) as Promise<R | undefined>
  }
}

async function timeOf(db: Db): Promise<number> {
  const { rows } = await sql<{
    now: number
  }>`select floor(extract(epoch from clock_timestamp()))::bigint as now`.execute(db)
  return rows[0]?.now ?? Number.NaN
}

const tell = (db: Db, channel: string, what: string) =>
  sql`select pg_notify(${channel}, ${what})`.execute(db)

/** A handshake that fails on our side (no password, say) keeps its socket, and so would the process. */
function openSockets() {
  const sockets = new Set<Socket>()
  return {
    open: (): Socket => {
      const socket = new Socket()
      sockets.add(socket)
      return socket.once('close', () => sockets.delete(socket))
    },
    destroy: (): void => {
      for (const socket of sockets) socket.destroy()
    },
  }
}

const integersAsNumbers = (oid: number, format?: 'text' | 'binary') =>
  oid === INT8 && format !== 'binary' ? Number : pg.types.getTypeParser(oid, format)

/** Gives each text a name, so that a connection parses and plans it once. */
function named(pool: pg.Pool): PostgresPool {
  const names = new Map<string, string>()
  const nameOf = (text: string): string | undefined => {
    if (!names.has(text) && names.size < MAX_NAMED) names.set(text, `q${names.size}`)
    return names.get(text)
  }
  const isControl = (values: readonly unknown[] | undefined) => (values ?? []).length === 0
  const wrap = (client: pg.PoolClient) => ({
    query: (text: string, values: unknown[]) => {
      const name = isControl(values) ? undefined : nameOf(text)
      return client.query(name === undefined ? { text, values } : { name, text, values })
    },
    release: () => client.release(),
  })
  // Kysely asks for the whole client in its types and uses these two of it.
  return {
    options: pool.options,
    connect: async () => wrap(await pool.connect()),
    end: () => pool.end(),
  } as never
}

async function alone<T>(tx: Db, lockTimeoutMs: number, job: Job<T>): Promise<T> {
  const pause = 50
  for (let waited = 0; ; waited += pause) {
    const { rows } = await sql<{
      locked: boolean
    }>`select pg_try_advisory_xact_lock(${sql.lit(LOCK)}) as locked`.execute(tx)
    if (rows[0]?.locked === true) return job(tx)
    if (waited >= lockTimeoutMs)
      throw new StoreError(
        'busy',
        `another process is changing the configuration${await holderOf(tx)}`,
      )
    await sleep(pause)
  }
}

/** Who has the lock, if the database lets us see it. A lock of one number is stored as its two halves. */
async function holderOf(tx: Db): Promise<string> {
  const { rows } = await sql<{ name: string | null; seconds: number | null }>`
    select activity.application_name as name,
      floor(extract(epoch from clock_timestamp() - activity.xact_start))::bigint as seconds
    from pg_locks as lock join pg_stat_activity as activity on activity.pid = lock.pid
    where lock.locktype = 'advisory' and lock.granted and lock.objsubid = 1
      and lock.database = (select oid from pg_database where datname = current_database())
      and (lock.classid::bigint << 32) + lock.objid::bigint = ${sql.lit(LOCK)}`.execute(tx)
  const { name, seconds } = rows[0] ?? {}
  if (name == null || name === '') return ''
  return `: ${name}${seconds == null ? '' : `, for ${seconds} s`}`
}

/** Serialisation failure and deadlock: the database chose us to try again. */
const AGAIN = new Set(['40001', '40P01'])

async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let left = RETRIES; ; left -= 1) {
    try {
      return await work()
    } catch (error) {
      if (left === 0 || !AGAIN.has(codeOf(error))) throw error
    }
  }
}

const codeOf = (error: unknown): string => String((error as { code?: unknown } | undefined)?.code)

/** SQLSTATE classes: connection, authorization, unknown database, no resources, operator, system; and read-only. */
const TROUBLE = /^(08|28|3D|53|57|58)...$|^25006$|^E[A-Z]+$|^EAI_/
const TROUBLE_SAID = /connection terminated|timeout|connection error|not queryable|SASL|SSL/i

const guardFor =
  (where: string) =>
  async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      if (error instanceof StoreError || !isTrouble(error)) throw error
      const why = messageOf(error)
      throw new StoreError('unreachable', `the database ${where} cannot be used: ${why}`, {
        next: adviceFor(codeOf(error), why),
        cause: error,
      })
    }
  }

/** What PostgreSQL does not say: what to do. */
function adviceFor(code: string, why: string): string | undefined {
  if (code.startsWith('28') || why.startsWith('SASL'))
    return 'check the user and the password in the URL'
  if (code === '3D000') return 'create the database first, for instance with createdb'
  if (code === '25006') return 'name the primary: this server, or this database, is read-only'
  if (code === '53100') return 'make space on the disk of PostgreSQL, then try again'
  if (code === '53300') return 'raise max_connections or run fewer servers'
  if (/^E(CONN|HOST|NET|AI_)|^ENOTFOUND/.test(code))
    return 'see that PostgreSQL runs there and can be reached'
  return undefined
}

const isTrouble = (error: unknown): boolean =>
  TROUBLE.test(codeOf(error)) ||
  (codeOf(error) === 'undefined' && TROUBLE_SAID.test(messageOf(error)))

function withoutPassword(url: string): string {
  try {
    const { protocol, username, host, pathname } = new URL(url)
    return `${protocol}//${username === '' ? '' : `${username}@`}${host}${pathname}`
  } catch {
    throw new StoreError('unreachable', 'the database URL cannot be read', {
      next: 'write postgres://user:password@host/database',
    })
  }
}
