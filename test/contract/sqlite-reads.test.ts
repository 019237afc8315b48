import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { compiled } from '../../src/store/compiled.ts'
import { migrateSchema } from '../../src/store/migrate.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { testRandom as random } from '../support/stores.ts'

const folder = mkdtempSync(join(tmpdir(), 'tokenidp-reads-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const insert = compiled((db, { login }: { readonly login: string }) =>
  db.insertInto('user_login').values({ tenant: 'acme', login, user_uid: 'uid' }),
)
const select = compiled((db, { login }: { readonly login: string }) =>
  db
    .selectFrom('user_login')
    .select('login')
    .where('tenant', '=', 'acme')
    .where('login', '=', login),
)

test('nobody reads on SQLite what is not committed, also on the connection that writes', async () => {
  const engine = await openSqlite(join(folder, 'reads.db'), 'create')
  try {
    await migrateSchema(engine, random)
    const find = (login: string) => engine.read((db) => select(db, { login }))
    const seen: unknown[] = []
    const failing = engine.transaction(async (db) => {
      await insert(db, { login: 'undone' })
      seen.push(await find('undone'))
      throw new Error('something else went wrong')
    })
    const lasting = engine.transaction(async (db) => {
      await insert(db, { login: 'done' })
      seen.push(await find('done'))
    })
    await expect(failing).rejects.toThrow('something else went wrong')
    await lasting
    expect(seen).toEqual([[], []])
    expect(await find('undone')).toEqual([])
    expect(await find('done')).toEqual([{ login: 'done' }])
  } finally {
    await engine.close()
  }
})

test('a read beside a snapshot on SQLite sees what was committed since', async () => {
  const engine = await openSqlite(join(folder, 'snapshot.db'), 'create')
  try {
    await migrateSchema(engine, random)
    const found = await engine.snapshot(async (db) => {
      const before = await select(db, { login: 'new' })
      await engine.statement((each) => insert(each, { login: 'new' }))
      const beside = await engine.read((each) => select(each, { login: 'new' }))
      return { before, beside, within: await select(db, { login: 'new' }) }
    })
    expect(found).toEqual({ before: [], beside: [{ login: 'new' }], within: [] })
  } finally {
    await engine.close()
  }
})
