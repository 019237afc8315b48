import { afterAll, beforeAll, describe } from 'vitest'
import { systemRandom } from '../../src/base/system.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/port.ts'
import { stores } from './stores.ts'

/** The same tests on every engine, each with one database for the file. */
export function eachStore(body: (open: () => Promise<Store>) => void): void {
  describe.each(stores)('on $name', ({ ready }) => {
    let store: Store
    let remove: () => Promise<void>
    beforeAll(async () => {
      const database = await ready()
      remove = database.remove
      store = await openStore(database.url, { schema: 'migrate', random: systemRandom })
    })
    afterAll(async () => {
      await store.close()
      await remove()
    })
    body(async () => store)
  })
}
