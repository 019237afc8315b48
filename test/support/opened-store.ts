import { afterAll, beforeAll } from 'vitest'
import { type ConfigurableStore, openStore } from '../../src/store/open.ts'
import { type Engine, testRandom } from './stores.ts'

/** One database of its own for the tests of a `describe`, which is there once they run. */
export function openedStore({ ready }: Engine): () => ConfigurableStore {
  let store: ConfigurableStore
  let remove: () => Promise<void>
  beforeAll(async () => {
    const database = await ready()
    remove = database.remove
    store = await openStore(database.url, { schema: 'migrate', random: testRandom })
  })
  afterAll(async () => {
    await store.close()
    await remove()
  })
  return () => store
}
