import pg from 'pg'
import { expect, test } from 'vitest'
import { openStore } from '../../src/store/open.ts'
import { testRandom as random, stores } from '../support/stores.ts'

test('a connection that PostgreSQL ends in a transaction is told, and the pool recovers', async () => {
  const postgres = stores.find(({ name }) => name === 'postgres')
  const { url, remove } = (await postgres?.fresh()) ?? expect.unreachable()
  const store = await openStore(url, { schema: 'migrate', random })
  const operator = new pg.Client({ connectionString: url })
  await operator.connect()
  const broken = store.config.transaction(1000, async (tx) => {
    await operator.query(
      `select pg_terminate_backend(pid, 10000) from pg_stat_activity
        where application_name = 'tokenidp' and datname = current_database()
          and state = 'idle in transaction'`,
    )
    return tx.live()
  })
  await expect(broken).rejects.toMatchObject({ reason: 'unreachable' })
  expect(await store.system.head()).toEqual({ revision: 0, generation: 0 })
  await operator.end()
  await store.close()
  await remove()
})
