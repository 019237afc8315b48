import { addressOf } from '../config/desired-state.ts'
import type { ConfigObject, ConfigStore, LiveState } from '../store/config-port.ts'
import { unpackSource } from './source.ts'

/** What left the documents by each owner's last apply, and waits to be pruned. By address. */
export async function pendingDeletes(
  config: Pick<ConfigStore, 'lastSource' | 'audit'>,
  { revision, objects }: Pick<LiveState, 'revision' | 'objects'>,
): Promise<readonly string[]> {
  const byOwner = Map.groupBy(objects, ({ owner }) => owner)
  const pending: ConfigObject[] = []
  for (const [owner, own] of byOwner) {
    const last = await config.lastSource(owner)
    if (last === undefined) continue
    const wanted = wantedIn(last.packed)
    if (wanted === undefined) continue
    const gone = own.filter((each) => !wanted.has(addressOf(each)))
    const adopted = gone.some((each) => each.revision > last.revision)
      ? await adoptedIn(config, { from: last.revision + 1, to: revision })
      : NONE
    for (const each of gone) if (!adopted.has(each.uid)) pending.push(each)
  }
  return pending.map(addressOf).sort()
}

const NONE: ReadonlySet<string> = new Set()

/** Of these no apply could say yet whether the documents hold them. */
async function adoptedIn(
  config: Pick<ConfigStore, 'audit'>,
  revisions: { readonly from: number; readonly to: number },
): Promise<ReadonlySet<string>> {
  const entries = await config.audit({ revisions, limit: Number.MAX_SAFE_INTEGER })
  return new Set(
    entries.flatMap(({ action, objectUid = '' }) => (action === 'adopt' ? [objectUid] : [])),
  )
}

function wantedIn(packed: Buffer): ReadonlySet<string> | undefined {
  try {
    return new Set(unpackSource(packed).objects.map(addressOf))
  } catch {
    // Who looks at what is live should not fail over what was kept of the past.
    return undefined
  }
}
