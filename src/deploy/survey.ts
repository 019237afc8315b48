import type { EpochSeconds } from '../base/time.ts'
import type { LiveState } from '../store/config-port.ts'
import { driftIn } from './drift.ts'
import { RETENTION } from './retention.ts'

/** What is live, counted. */
export interface Survey {
  readonly owners: readonly { readonly owner: string; readonly objects: number }[]
  readonly drifted: number
  readonly tombstones: number
  /** When the oldest of them may be forgotten. */
  readonly collectableAt: EpochSeconds | undefined
}

export function survey(live: LiveState): Survey {
  const [oldest] = live.tombstones
  const byOwner = Map.groupBy(live.objects, ({ owner }) => owner)
  return {
    owners: [...byOwner]
      .map(([owner, objects]) => ({ owner, objects: objects.length }))
      .sort((left, right) => (left.owner < right.owner ? -1 : 1)),
    drifted: driftIn(live.objects).length,
    tombstones: live.tombstones.length,
    collectableAt: oldest && oldest.deletedAt + RETENTION,
  }
}
