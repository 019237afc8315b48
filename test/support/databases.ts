import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { stores } from './stores.ts'

/** Both engines for tests that start the program: each call names a database that does not exist yet. */
export const databases = stores.map((store) => ({
  engine: store.name,
  newDatabase: async (root: string): Promise<string> => {
    if (store.name === 'sqlite') return `sqlite:${join(root, 'test.db')}`
    const { url, remove } = await store.fresh()
    onTestFinished(remove)
    return url
  },
}))
