import { type Changed, commitOverrides, type Overriding } from './history.ts'
import { isInForce } from './in-force.ts'
import { objectsByUid } from './named.ts'

/** Takes away what has ended. Undefined where somebody else did already. */
export const dropEnded = (overriding: Overriding): Promise<Changed | undefined> =>
  overriding.config.transaction(overriding.lockTimeoutMs, async (tx) => {
    const live = await tx.live()
    const ended = live.overrides.filter((each) => !isInForce(each, overriding.by.now))
    if (ended.length === 0) return undefined
    for (const { uid, path } of ended) await tx.dropOverrides(uid, path)
    const known = objectsByUid(live)
    const happened = ended.flatMap((override) => {
      const object = known.get(override.uid)
      return object === undefined ? [] : [{ action: 'override-end' as const, object, override }]
    })
    return commitOverrides(tx, live, happened, overriding)
  })
