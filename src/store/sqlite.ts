import { existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { INSERT_ONE, valuesOf } from './appended.ts'
import { runAtOnce } from './compiled.ts'
import type { Engine } from './engine.ts'
import { type Heard, logOf } from './heard.ts'
import { StoreError } from './port.ts'
import type { Db, Tables } from './tables.ts'
import { abandon, begin, isBusy, makeWriter, whenFree } from './writer.ts'

const SPELLING = {
  integer: 'integer',
  bytes: 'blob',
  table: 'strict',
  ordered: 'strict, without rowid',
}

/** Statements kept prepared per connection; our texts are few, so this is only a guard. */
const MAX_PREPARED = 500
const OPENING_PATIENCE_MS = 5000
/** Of 4 KiB, then they go where they belong: most were written several times by then. */
const PAGES_IN_LOG = 4000

type Mode = 'create' | 'write' | 'read'

/**
 * One connection writes, and reads between its transactions; one reads meanwhile and in snapshots; each `exclusive`
 * has its own. Where there is only memory they are one and the same.
 */
export async function openSqlite(path: string, mode: Mode, heard?: Heard): Promise<Engine> {
  const shared = path === ':memory:'
  const guard = guardFor(path)
  const connect = (as: Mode) => guard(() => openConnection(path, as))
  const writing = await connect(mode)
  const reading = shared || mode === 'read' ? writing : await connect('read')
  const prepare = statementsOf(writing)
  const toRead = statementsOf(reading)
  const reader = queryBuilder(reading, heard, toRead)
  const author = queryBuilder(writing, heard, prepare)
  if (heard === undefined) {
    runAtOnce(author, (text, values) => rowsOf(prepare(text), values))
    runAtOnce(reader, (text, values) => {
      // The connection that wrote still knows the pages, which the other one has to read anew.
      const [free, statementOf] = writing.inTransaction ? [reading, toRead] : [writing, prepare]
      const statement = free.inTransaction ? undefined : statementOf(text)
      return statement?.readonly ? statement.all(...values) : undefined
    })
  }
  const control = {
    exec: (text: string) => prepare(text).run(),
    get inTransaction() {
      return writing.inTransaction
    },
  }
  const writer = makeWriter(control, author)
  return {
    spelling: SPELLING,
    read: (job) => guard(() => job(reader)),
    lookUp: ({ one }, place) => guard(async () => (await one(reader, place))[0]),
    snapshot: (job) => guard(() => reader.transaction().execute(job)),
    statement: (job) => guard(() => writer.state(job)),
    chain: (chain, values) => guard(() => writer.write((db) => chain.inTurn(db, values))),
    append: (table, row) => {
      const insert = prepare(INSERT_ONE[table])
      return guard(() => writer.run(() => void insert.run(...valuesOf(table, row))))
    },
    transaction: (job) => guard(() => writer.write(job)),
    exclusive: (lockTimeoutMs, job) =>
      guard(async () => {
        const connection = shared ? writing : await openConnection(path, 'write')
        try {
          return await alone(connection, lockTimeoutMs, () => job(queryBuilder(connection, heard)))
        } finally {
          if (!shared) connection.close()
        }
      }),
    now: async () => undefined,
    hasSchema: () =>
      guard(async () => {
        const found = reading.prepare("select 1 from sqlite_master where name = 'config_meta'")
        return found.get() !== undefined
      }),
    // Servers on SQLite poll the head.
    announce: async () => undefined,
    onRevision: () => () => undefined,
    close: async () => {
      await writer.drain()
      reading.close()
      writing.close()
    },
  }
}

async function openConnection(path: string, mode: Mode): Promise<BetterSqlite.Database> {
  const connection = new BetterSqlite(path, {
    readonly: mode === 'read',
    fileMustExist: mode !== 'create',
    // A wait inside SQLite would stop the whole process.
    timeout: 0,
  })
  try {
    await prepareConnection(connection, mode)
    return connection
  } catch (error) {
    connection.close()
    throw error
  }
}

async function prepareConnection(connection: BetterSqlite.Database, mode: Mode): Promise<void> {
  connection.pragma('foreign_keys = on')
  if (mode !== 'read') {
    await whenFree(() => connection.pragma('journal_mode = wal'), OPENING_PATIENCE_MS)
    connection.pragma('synchronous = full')
    connection.pragma(`wal_autocheckpoint = ${PAGES_IN_LOG}`)
  }
  // A read: what is wrong with the file shows now, and only who has read puts the log away at the end.
  await whenFree(() => connection.pragma('schema_version'), OPENING_PATIENCE_MS)
}

async function alone<T>(
  connection: BetterSqlite.Database,
  lockTimeoutMs: number,
  work: () => Promise<T>,
): Promise<T> {
  await begin(connection, lockTimeoutMs)
  try {
    const result = await work()
    connection.exec('commit')
    return result
  } catch (error) {
    abandon(connection)
    throw error
  }
}

type Prepare = (text: string) => BetterSqlite.Statement<unknown[]>

/** Each text is prepared once. */
function statementsOf(connection: BetterSqlite.Database): Prepare {
  const prepared = new Map<string, BetterSqlite.Statement<unknown[]>>()
  return (text) => {
    const known = prepared.get(text)
    if (known !== undefined) return known
    const statement = connection.prepare<unknown[]>(text)
    if (prepared.size < MAX_PREPARED) prepared.set(text, statement)
    return statement
  }
}

function rowsOf(statement: BetterSqlite.Statement<unknown[]>, values: readonly unknown[]) {
  if (statement.reader) return statement.all(...values)
  statement.run(...values)
  return []
}

function queryBuilder(
  connection: BetterSqlite.Database,
  heard: Heard | undefined,
  prepare = statementsOf(connection),
): Db {
  const database = { prepare, close: () => undefined }
  // Kysely's own type of a statement is written for callbacks that ours never sees.
  return new Kysely<Tables>({
    ...logOf(heard),
    dialect: new SqliteDialect({ database: database as never }),
  })
}

const TROUBLE = /^SQLITE_(CANTOPEN|IOERR|READONLY|FULL|CORRUPT|NOTADB|PERM|AUTH)/

/** Turns what SQLite says about the file into what an operator can act on. */
const guardFor =
  (path: string) =>
  async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw translated(path, error)
    }
  }

function translated(path: string, error: unknown): unknown {
  if (error instanceof StoreError) return error
  if (isBusy(error))
    return new StoreError('busy', `${path} is locked by another process`, { cause: error })
  if (!isTrouble(error)) return error
  const why = error instanceof Error ? error.message : String(error)
  return new StoreError('unreachable', `the database ${path} cannot be used: ${why}`, {
    next: adviceFor(path, error),
    cause: error,
  })
}

const codeOf = (error: unknown): string => String((error as { code?: unknown } | undefined)?.code)

const isTrouble = (error: unknown): boolean =>
  TROUBLE.test(codeOf(error)) ||
  // better-sqlite3 itself looks whether the directory is there.
  (error instanceof TypeError && error.message.startsWith('Cannot open database'))

/** What SQLite does not say: what to do. */
function adviceFor(path: string, error: unknown): string | undefined {
  const code = codeOf(error)
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
    return 'it is a directory, name a file in it'
  if (!existsSync(dirname(path))) return `create ${dirname(path)} first`
  if (code === 'SQLITE_NOTADB') return 'name another file, this one is left as it is'
  if (/^SQLITE_(CANTOPEN|READONLY|PERM|AUTH)/.test(code))
    return `see that this account may write to it and to ${dirname(path)}`
  if (/^SQLITE_(FULL|IOERR)/.test(code)) return 'see that the disk has space and is healthy'
  if (code.startsWith('SQLITE_CORRUPT')) return 'restore it from a backup'
  return undefined
}
