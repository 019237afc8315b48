import { type EpochMilliseconds, type EpochSeconds, type Seconds, toSeconds } from '../base/time.ts'
import { addressOf } from '../config/desired-state.ts'
import type { ConfigStore, LiveState, NewAuditEntry, Tombstone } from '../store/config-port.ts'

/** How long what was deleted can come back, with its uid and secrets. */
export const RETENTION: Seconds = 7 * 86_400

/** Those that were deleted so long ago, the oldest first. */
export const collectable = (
  { tombstones }: Pick<LiveState, 'tombstones'>,
  olderThan: Seconds,
  now: EpochSeconds,
): readonly Tombstone[] => tombstones.filter(({ deletedAt }) => deletedAt <= now - olderThan)

export interface Collecting {
  readonly config: ConfigStore
  readonly olderThan: Seconds
  readonly nowMs: EpochMilliseconds
  readonly actor: string
  readonly lockTimeoutMs: number
  readonly beforeCommit: () => void
}

/** Forgets them for ever, with their secrets. Answers what it forgot. */
export const collect = (collecting: Collecting): Promise<readonly Tombstone[]> =>
  collecting.config.transaction(collecting.lockTimeoutMs, async (tx) => {
    const now = toSeconds(collecting.nowMs)
    const found = collectable(await tx.live(), collecting.olderThan, now)
    await tx.forget(found.map(({ object }) => object.uid))
    await tx.record(found.map((each) => entryOf(each, collecting.actor, now)))
    collecting.beforeCommit()
    return found
  })

const entryOf = (
  { object, deletedAt }: Tombstone,
  actor: string,
  now: EpochSeconds,
): NewAuditEntry => ({
  revision: undefined,
  at: now,
  actor,
  action: 'forget',
  address: addressOf(object),
  objectUid: object.uid,
  details: { owner: object.owner, before: object.specHash, after: null, deletedAt },
})
