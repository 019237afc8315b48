import { setTimeout as sleep } from 'node:timers/promises'
import type { Job } from './engine.ts'
import { StoreError } from './port.ts'
import type { Db } from './tables.ts'

/** A connection on which statements of control run at once. */
export interface Connection {
  exec(sql: string): unknown
  /** False where SQLite has given up the transaction by itself: the disk is full, for instance. */
  readonly inTransaction: boolean
}

export interface Writer {
  /** All of the job or nothing. */
  write<T>(job: Job<T>): Promise<T>
  /** A job of one statement, which is all or nothing by itself. */
  state<T>(job: Job<T>): Promise<T>
  /** The same, where the statement is at hand. */
  run(statement: () => void): Promise<void>
  /** Answers when everything accepted so far has been decided. */
  drain(): Promise<void>
}

interface Waiting {
  readonly run: (db: Db) => Promise<void> | undefined
  /** Of several statements. */
  readonly needsSavepoint: boolean
  readonly settle: () => void
  readonly fail: (error: unknown) => void
}

const PATIENCE_MS = 5000

/**
 * Runs the jobs of two turns of the event loop in one transaction, those of several statements in savepoints,
 * so that one fsync serves them all and a failing job fails alone. Nobody is answered before COMMIT.
 */
export function makeWriter(connection: Connection, db: Db): Writer {
  let waiting: Waiting[] = []
  let working: Promise<void> | undefined

  async function work(): Promise<void> {
    await gathered()
    while (waiting.length > 0) {
      const group = waiting
      waiting = []
      await commitGroup(connection, db, group)
      await gathered()
    }
    working = undefined
  }

  const wait = (one: Waiting): void => {
    waiting.push(one)
    working ??= work()
  }
  const asked = <T>(job: Job<T>, needsSavepoint: boolean): Promise<T> =>
    new Promise((resolve, reject) => {
      wait({ ...waitingFor(job, resolve, reject), needsSavepoint })
    })

  return {
    write: (job) => asked(job, true),
    state: (job) => asked(job, false),
    run: (statement) =>
      new Promise((settle, fail) => {
        const run = () => void statement()
        wait({ run, settle, fail, needsSavepoint: false })
      }),
    drain: async () => {
      while (working !== undefined) await working
    },
  }
}

/** What came in this turn reads before it writes, which takes it into the next one: an fsync is worth the wait. */
async function gathered(): Promise<void> {
  await nextTurn()
  await nextTurn()
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function waitingFor<T>(
  job: Job<T>,
  resolve: (value: T) => void,
  reject: (error: unknown) => void,
): Omit<Waiting, 'needsSavepoint'> {
  let answer = (): void => undefined
  return {
    run: async (db) => {
      const value = await job(db)
      answer = () => resolve(value)
    },
    settle: () => answer(),
    fail: reject,
  }
}

async function commitGroup(
  connection: Connection,
  db: Db,
  group: readonly Waiting[],
): Promise<void> {
  try {
    await begin(connection, PATIENCE_MS)
    const done = []
    for (const job of group) if (await runAlone(connection, db, job)) done.push(job)
    connection.exec('commit')
    for (const job of done) job.settle()
  } catch (error) {
    abandon(connection)
    for (const job of group) job.fail(error)
  }
}

/** Whether it was done. What fails leaves the others as they are. */
const runAlone = (connection: Connection, db: Db, job: Waiting): Promise<boolean> =>
  job.needsSavepoint ? runInSavepoint(connection, db, job) : runWhole(connection, db, job)

async function runInSavepoint(connection: Connection, db: Db, job: Waiting): Promise<boolean> {
  connection.exec('savepoint job')
  try {
    await job.run(db)
    connection.exec('release job')
    return true
  } catch (error) {
    if (!connection.inTransaction) throw error
    connection.exec('rollback to job')
    connection.exec('release job')
    job.fail(error)
    return false
  }
}

async function runWhole(connection: Connection, db: Db, job: Waiting): Promise<boolean> {
  try {
    const running = job.run(db)
    if (running !== undefined) await running
    return true
  } catch (error) {
    // Whatever ran now would be committed by itself.
    if (!connection.inTransaction) throw error
    job.fail(error)
    return false
  }
}

/** Waits for another process's transaction by timer, so that the thread serves other requests. */
export async function begin(connection: Connection, patienceMs: number): Promise<void> {
  await whenFree(() => connection.exec('begin immediate'), patienceMs)
}

export async function whenFree<T>(attempt: () => T, patienceMs: number): Promise<T> {
  for (let waited = 0, pause = 2; ; waited += pause, pause = Math.min(pause * 2, 50)) {
    try {
      return attempt()
    } catch (error) {
      if (!isBusy(error)) throw error
      if (waited >= patienceMs)
        throw new StoreError('busy', 'another process is writing to the database', {
          cause: error,
        })
    }
    await sleep(pause)
  }
}

export const isBusy = (error: unknown): boolean =>
  /^SQLITE_(BUSY|LOCKED)/.test(String((error as { code?: unknown } | undefined)?.code))

/** SQLite may have rolled back by itself (a full disk, for instance). */
export function abandon(connection: Connection): void {
  try {
    connection.exec('rollback')
  } catch {
    // Nothing was open.
  }
}
