import { addressOf } from '../config/desired-state.ts'
import type { ConfigStore, LiveState } from '../store/config-port.ts'
import { unpackSource } from './source.ts'

/** What left the documents by each owner's last apply, and waits to be pruned. By address. */
export async function pendingDeletes(
  config: Pick<ConfigStore, 'lastSource'>,
  { objects }: Pick<LiveState, 'objects'>,
): Promise<readonly string[]> {
  const byOwner = Map.groupBy(objects, ({ owner }) => owner)
  const pending: string[] = []
  for (const [owner, own] of byOwner) {
    const packed = await config.lastSource(owner)
    const wanted = packed && wantedIn(packed)
    if (wanted !== undefined)
      pending.push(...own.map(addressOf).filter((address) => !wanted.has(address)))
  }
  return pending.sort()
}

function wantedIn(packed: Buffer): ReadonlySet<string> | undefined {
  try {
    return new Set(unpackSource(packed).objects.map(addressOf))
  } catch {
    // Who looks at what is live should not fail over what was kept of the past.
    return undefined
  }
}
