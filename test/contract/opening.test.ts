import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { migrate, migrationStatus, openStore } from '../../src/store/open.ts'
import { testRandom as random, stores } from '../support/stores.ts'

describe.each(stores)('opening a database on $name', ({ name, fresh }) => {
  test('two migrations at once make one schema', async () => {
    const { url, remove } = await fresh()
    const both = await Promise.all([migrate(url, random), migrate(url, random)])
    expect(both).toEqual([
      { current: 1, latest: 1 },
      { current: 1, latest: 1 },
    ])
    expect(await migrationStatus(url)).toEqual({ current: 1, latest: 1 })
    await remove()
  })

  test('inspect takes what is not there for empty, and creates nothing', async () => {
    const { url, remove } = await fresh()
    const store = await openStore(url, { schema: 'inspect', random })
    expect(await store.config.live()).toEqual({
      revision: 0,
      environment: undefined,
      objects: [],
      secrets: [],
    })
    await store.close()
    expect(await migrationStatus(url)).toEqual({ current: 0, latest: 1 })
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

describe('a database that cannot be used', () => {
  test.for([
    { when: 'nobody listens', url: 'postgres://ann:hidden@127.0.0.1:1/none' },
    { when: 'the directory is missing', url: 'sqlite:/nonexistent/hidden-not/tokenidp.db' },
    { when: 'the scheme is unknown', url: 'mysql://ann:hidden@localhost/none' },
    { when: 'the URL is broken', url: 'postgres://[hidden' },
    { when: 'it is not a database', url: `sqlite:${import.meta.filename}` },
  ])('is reported without the password when $when', async ({ url }) => {
    const opened = openStore(url, { schema: 'migrate', random })
    await expect(opened).rejects.toMatchObject({ name: 'StoreError', reason: 'unreachable' })
    await expect(opened).rejects.not.toThrow(/:hidden/)
  })
})
