import { expect, onTestFinished, test } from 'vitest'
import { stormOf } from '../support/apply-storm.ts'
import { pooling } from '../support/pgbouncer.ts'
import { stores } from '../support/stores.ts'

/** More applies at once than the pooler has connections, so that they also wait for one another there. */
test('a storm of applies through PgBouncer in transaction mode', { timeout: 600_000 }, async () => {
  const database = await stores.find(({ name }) => name === 'postgres')?.fresh()
  if (database === undefined) throw new Error('no PostgreSQL')
  onTestFinished(database.remove)
  const pooler = await pooling(database.url, { mode: 'transaction', size: 4 })
  onTestFinished(pooler.close)
  await expect(stormOf(pooler.url, 100)).resolves.toBeUndefined()
})
