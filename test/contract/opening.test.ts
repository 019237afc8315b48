import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { dirname } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import pg from 'pg'
import { describe, expect, inject, test } from 'vitest'
import { migrations } from '../../src/store/migrations/index.ts'
import { migrate, migrationStatus, openStore } from '../../src/store/open.ts'
import { testRandom as random, stores } from '../support/stores.ts'

const LATEST = migrations.length

describe.each(stores)('opening a database on $name', ({ name, fresh }) => {
  test('two migrations at once make one schema', async () => {
    const { url, remove } = await fresh()
    const both = await Promise.all([migrate(url, random), migrate(url, random)])
    expect(both).toEqual([
      { current: LATEST, latest: LATEST },
      { current: LATEST, latest: LATEST },
    ])
    expect(await migrationStatus(url)).toEqual({ current: LATEST, latest: LATEST })
    await remove()
  })

  test('inspect takes what is not there for empty, and creates nothing', async () => {
    const { url, remove } = await fresh()
    const store = await openStore(url, { schema: 'inspect', random })
    expect(await store.config.live()).toEqual({
      meta: await store.config.meta(),
      revision: 0,
      environment: undefined,
      objects: [],
      tombstones: [],
      secrets: [],
      overrides: [],
    })
    await store.close()
    expect(await migrationStatus(url)).toEqual({ current: 0, latest: LATEST })
    if (name === 'sqlite') expect(existsSync(url.slice('sqlite:'.length))).toBe(false)
    await remove()
  })

  test('require refuses a database without tables', async () => {
    const { url, remove } = await fresh()
    const reason = name === 'sqlite' ? 'unreachable' : 'schema-missing'
    await expect(openStore(url, { schema: 'require', random })).rejects.toMatchObject({ reason })
    await remove()
  })
})

describe.each(stores)('the schema of a database on $name', ({ fresh }) => {
  test.for([
    { version: -1, reason: 'schema-older', says: /has schema -1 and this program needs/ },
    { version: 99, reason: 'schema-newer', says: /has schema 99, made by a newer program/ },
  ])('$version is $reason and refused', async ({ version, reason, says }) => {
    const { url, remove } = await fresh()
    await migrate(url, random)
    await execute(url, `update config_meta set schema_version = ${version}`)
    for (const schema of ['require', 'inspect'] as const) {
      const opened = openStore(url, { schema, random })
      await expect(opened, schema).rejects.toMatchObject({ name: 'StoreError', reason })
      await expect(opened).rejects.toThrow(says)
    }
    await remove()
  })
})

describe('a database that cannot be used', () => {
  const here = dirname(import.meta.filename)
  test.for([
    {
      when: 'nobody listens',
      url: 'postgres://ann:hidden@127.0.0.1:1/none',
      says: /ann@127\.0\.0\.1:1\/none .*PostgreSQL runs there/,
    },
    {
      when: 'the scheme is unknown',
      url: 'mysql://ann:hidden@localhost/none',
      says: /neither sqlite:path nor postgres:/,
    },
    {
      when: 'the URL is broken',
      url: 'postgres://[hidden',
      says: /cannot be read; write postgres:/,
    },
    {
      when: 'the parent is missing',
      url: 'sqlite:/nonexistent/deep/tokenidp.db',
      says: /create \/nonexistent\/deep first/,
    },
    { when: 'it is a directory', url: `sqlite:${here}`, says: /is a directory, name a file in it/ },
    {
      when: 'it is not a database',
      url: `sqlite:${import.meta.filename}`,
      says: /not a database; name another file/,
    },
  ])('is reported with what to do and without the password when $when', async ({ url, says }) => {
    const opened = openStore(url, { schema: 'migrate', random })
    await expect(opened).rejects.toMatchObject({ name: 'StoreError', reason: 'unreachable' })
    await expect(opened).rejects.toThrow(says)
    await expect(opened).rejects.not.toThrow(/hidden/)
  })

  test('is not taken for an empty one when it is another file', async () => {
    const opened = openStore(`sqlite:${import.meta.filename}`, { schema: 'inspect', random })
    await expect(opened).rejects.toMatchObject({ name: 'StoreError', reason: 'unreachable' })
  })

  test('PostgreSQL names a missing database and what makes one', async () => {
    const url = new URL(inject('postgres'))
    url.pathname = '/missing'
    const opened = openStore(url.href, { schema: 'migrate', random })
    await expect(opened).rejects.toThrow(/"missing" does not exist; create the database first/)
  })
})

describe('a PostgreSQL that wants a password', () => {
  test('is told so and left, so that a command without one ends', async () => {
    const left = Promise.withResolvers<void>()
    const server = createServer((socket) => {
      socket
        .once('close', () => left.resolve())
        .once('data', () => {
          socket.write(authentication(10, 'SCRAM-SHA-256\0\0'))
          socket.once('data', () => socket.write(authentication(11, 'r=any')))
        })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const opened = openStore(`postgres://ann@127.0.0.1:${port}/any`, { schema: 'require', random })
    await expect(opened).rejects.toMatchObject({ reason: 'unreachable' })
    await expect(opened).rejects.toThrow(/check the user and the password/)
    await left.promise
    server.close()
  })
})

/** PostgreSQL protocol, message R: AuthenticationSASL (10) and AuthenticationSASLContinue (11). */
function authentication(kind: number, data: string): Buffer {
  const head = Buffer.alloc(9)
  head.write('R')
  head.writeInt32BE(8 + data.length, 1)
  head.writeInt32BE(kind, 5)
  return Buffer.concat([head, Buffer.from(data)])
}

describe('SQLite files', () => {
  test('leave no log behind the clean close of a writer, used or not', async () => {
    const { url, remove } = await freshSqlite()
    const path = url.slice('sqlite:'.length)
    for (const schema of ['migrate', 'require'] as const) {
      const store = await openStore(url, { schema, random })
      await store.close()
      expect(readdirSync(dirname(path)), schema).toEqual(['tokenidp.db'])
    }
    await remove()
  })
})

const freshSqlite = () => {
  const sqlite = stores.find(({ name }) => name === 'sqlite')
  if (sqlite === undefined) throw new Error('the tests know no SQLite')
  return sqlite.fresh()
}

async function execute(url: string, statement: string): Promise<void> {
  if (url.startsWith('sqlite:')) {
    const connection = new BetterSqlite(url.slice('sqlite:'.length))
    connection.exec(statement)
    connection.close()
    return
  }
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(statement)
  await client.end()
}
