import BetterSqlite from 'better-sqlite3'
import { Kysely, SqliteDialect, sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import type { Tables } from '../../src/store/tables.ts'
import { makeWriter } from '../../src/store/writer.ts'

interface Scene {
  /** What the connection was told, in order. */
  readonly said: string[]
  readonly write: (value: number) => Promise<unknown>
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
  }
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) })
  const writer = makeWriter(connection, db)
  return {
    said,
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

  test('goes on after a failure', async () => {
    const { write, rows } = aScene()
    await Promise.allSettled([write(1), write(1)])
    await write(2)
    expect(rows()).toEqual([1, 2])
  })
})
