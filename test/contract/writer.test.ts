import BetterSqlite from 'better-sqlite3'
import { Kysely, SqliteDialect, sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import type { Tables } from '../../src/store/tables.ts'
import { makeWriter } from '../../src/store/writer.ts'

interface Scene {
  /** What the connection was told, in order. */
  readonly said: string[]
  readonly write: (value: number) => Promise<unknown>
  readonly stating: Readonly<Record<'state' | 'run', (value: number) => Promise<unknown>>>
  /** As SQLite does when the disk is full. */
  readonly giveUp: () => Promise<void>
  readonly rows: () => unknown[]
}

/** A real database that can be made to refuse one kind of statement. */
function aScene(refused?: string): Scene {
  const database = new BetterSqlite(':memory:')
  database.exec('create table t (value integer primary key)')
  const said: string[] = []
  const connection = {
    exec: (text: string) => {
      said.push(text)
      if (text === refused) throw new Error('disk is full')
      return database.exec(text)
    },
    get inTransaction() {
      return database.inTransaction
    },
  }
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) })
  const writer = makeWriter(connection, db)
  const insert = database.prepare('insert into t values (?)')
  return {
    said,
    stating: {
      state: (value) => writer.state((each) => sql`insert into t values (${value})`.execute(each)),
      run: (value) => writer.run(() => void insert.run(value)),
    },
    giveUp: () =>
      writer.run(() => {
        database.exec('rollback')
        throw new Error('database or disk is full')
      }),
    write: (value) => writer.write((each) => sql`insert into t values (${value})`.execute(each)),
    rows: () => database.prepare('select value from t order by value').pluck().all(),
  }
}

describe('the group writer', () => {
  test('commits the jobs of one turn once', async () => {
    const { write, rows, said } = aScene()
    await Promise.all([write(1), write(2), write(3)])
    expect(rows()).toEqual([1, 2, 3])
    expect(said.filter((text) => text === 'commit')).toHaveLength(1)
  })

  test('lets a failing job fail alone', async () => {
    const { write, rows } = aScene()
    const outcomes = await Promise.allSettled([write(1), write(1), write(2)])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(rows()).toEqual([1, 2])
  })

  test('answers nobody well when COMMIT fails', async () => {
    const { write, rows } = aScene('commit')
    const outcomes = await Promise.allSettled([write(1), write(2)])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(rows()).toEqual([])
  })

  test.for(['state', 'run'] as const)('lets a failing %s fail alone', async (how) => {
    const { stating, rows } = aScene()
    const outcomes = await Promise.allSettled([1, 1, 2].map(stating[how]))
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(rows()).toEqual([1, 2])
  })

  test('stores nothing of a group whose transaction SQLite has given up', async () => {
    const { stating, rows, giveUp } = aScene()
    const outcomes = await Promise.allSettled([stating.run(1), giveUp(), stating.run(2)])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(rows()).toEqual([])
  })

  test('goes on after a failure', async () => {
    const { write, rows } = aScene()
    await Promise.allSettled([write(1), write(1)])
    await write(2)
    expect(rows()).toEqual([1, 2])
  })
})
