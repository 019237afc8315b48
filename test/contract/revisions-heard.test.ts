import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { follow } from '../../src/cli/server/follow.ts'
import { type ConfigurableStore, openStore } from '../../src/store/open.ts'
import { isPooledByTransaction } from '../../src/store/pooler.ts'
import { listenFor } from '../../src/store/postgres-ear.ts'
import { aRevision } from '../support/revisions.ts'
import { aKeyActor, aSigningKey } from '../support/rows.ts'
import { type FreshDatabase, stores, testRandom } from '../support/stores.ts'

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined }
const NEVER_MS = 10 ** 9

/** Calls that can be awaited, one after the other. */
function heard() {
  const waiting: (() => void)[] = []
  const troubles: (string | undefined)[] = []
  const next = (): Promise<void> => new Promise((resolve) => waiting.push(resolve))
  const turn = () => waiting.shift()?.()
  return { troubles, next, heard: turn, hearing: (why: string | undefined) => troubles.push(why) }
}

describe('PostgreSQL tells who listens', () => {
  let database: FreshDatabase
  let here: ConfigurableStore
  let there: ConfigurableStore
  beforeAll(async () => {
    const engine = stores.find(({ name }) => name === 'postgres')
    if (engine === undefined) throw new Error('no PostgreSQL')
    database = await engine.fresh()
    const open = () => openStore(database.url, { schema: 'migrate', random: testRandom })
    here = await open()
    there = await open()
  })
  afterAll(async () => {
    await Promise.all([here.close(), there.close()])
    await database.remove()
  })

  const commit = () => there.config.transaction(1000, (tx) => tx.commitRevision(aRevision()))

  test('of a revision, which is served though the next look is far away', async () => {
    const turns = heard()
    const follower = await follow({
      head: here.system.head,
      load: here.system.head,
      onTurn: turns.heard,
      log: SILENT,
      pollMs: () => NEVER_MS,
      retryMs: NEVER_MS,
    })
    const listening = heard()
    const isListening = listening.next()
    const stop = here.system.onRevision({
      hearing: listening.hearing,
      heard: () => {
        follower.wake()
        listening.heard()
      },
    })
    await isListening
    const served = turns.next()
    const revision = await commit()
    await served
    expect(follower.current()).toMatchObject({ revision })
    expect(listening.troubles).toEqual([undefined])
    stop()
    await follower.stop()
  })

  test('of keys, and after the connection was lost of whatever came meanwhile', async () => {
    const listener = heard()
    const first = listener.next()
    const stop = here.system.onRevision(listener)
    await first
    const keyed = listener.next()
    await there.tenant('acme').keys.insert(aSigningKey(), aKeyActor())
    await keyed
    const again = listener.next()
    await terminateListeners(database.url)
    await again
    const next = listener.next()
    await commit()
    await next
    expect(listener.troubles).toEqual([undefined])
    stop()
  })

  test('and who cannot hear knows it', async () => {
    const trouble = Promise.withResolvers<string | undefined>()
    const stop = listenFor(
      { heard: () => undefined, hearing: trouble.resolve },
      { url: database.url, stream: undefined, notify: async () => undefined },
    )
    expect(await trouble.promise).toContain('does not arrive')
    stop()
  })

  test('a connection that leads to PostgreSQL itself is not pooled', async () => {
    expect(await isPooledByTransaction(database.url)).toBe(false)
  })
})

async function terminateListeners(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rowCount } = await client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'tokenidp listen' and datname = current_database()`,
  )
  await client.end()
  expect(rowCount).toBe(1)
}
