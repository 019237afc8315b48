import { json, type Reply } from '../oauth/exchange.ts'
import { type Store, StoreError } from '../store/port.ts'

/** Why what is newest is not served. */
export interface Behind {
  readonly revision: number
  /** Undefined while nobody can say what is newest. */
  readonly target: number | undefined
}

/** Alive: this process answers. Strictly, also that it serves what is newest; the log has the details. */
export function healthz(behind: Behind | undefined): Reply {
  if (behind === undefined) return json({ status: 'ok' })
  const { revision, target } = behind
  const reason =
    target === undefined
      ? 'the database does not say which revision is the newest'
      : `revision ${target} cannot be loaded; the log and the command status say why`
  return json({ status: 'behind', revision, target: target ?? null, reason }, 503)
}

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
