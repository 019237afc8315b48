import type { Clock, EpochMilliseconds, EpochSeconds } from '../base/time.ts'
import type { Place, Purging } from '../store/port.ts'

/** Rows looked at in one step: two or three milliseconds, after which others have their turn. */
const ROWS = 500

export interface Pass {
  readonly clock: Clock
  readonly now: EpochSeconds
  /** Between two steps, of which the last took so long; whether to go on. */
  readonly rest: (took: EpochMilliseconds) => Promise<boolean>
  readonly onRemoved: (table: string, rows: number) => void
}

/** Goes through all tables once. Whatever stops it, the next one finds what is left. */
export async function purgePass(purging: Purging, pass: Pass): Promise<void> {
  const { clock, now, rest, onRemoved } = pass
  for (const table of purging.tables) {
    let from: Place | undefined
    do {
      const began = clock.milliseconds()
      const { removed, next } = await purging.sweep(table, { now, from, limit: ROWS })
      if (removed > 0) onRemoved(table, removed)
      from = next
      // A clock that is put back made no step shorter than nothing.
      if (!(await rest(Math.max(0, clock.milliseconds() - began)))) return
    } while (from !== undefined)
  }
}
