import { json, type Reply } from '../oauth/exchange.ts'
import { type Store, StoreError } from '../store/port.ts'

/** Alive: this process answers. */
export const healthz = (): Reply => json({ status: 'ok' })

/** Ready: it has a configuration, and the database answers. */
export async function readyz(revision: number, store: Store): Promise<Reply> {
  try {
    await store.system.head()
    return json({ status: 'ready', revision })
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    return json({ status: 'unavailable' }, 503, { 'retry-after': '5' })
  }
}
