import type { Log } from '../../base/log.ts'
import type { ServerInstance, SystemStore } from '../../store/port.ts'

/** The row by which others see that this server lives and what it serves. */
export interface Aliveness {
  /** Writes it. Asked for again meanwhile, it writes what holds by then: an older row never comes last. */
  beat(): Promise<void>
  end(): Promise<void>
}

export function aliveness(
  system: Pick<SystemStore, 'heartbeat' | 'removeInstance'>,
  log: Log,
  row: () => ServerInstance,
): Aliveness {
  let last: Promise<void> = Promise.resolve()
  let isEnded = false

  function beat(): Promise<void> {
    last = last.catch(() => undefined).then(() => (isEnded ? undefined : system.heartbeat(row())))
    return last
  }

  return {
    beat,
    async end() {
      isEnded = true
      await last.catch(() => undefined)
      // A database that is away is no reason to fail at the end: the row counts as dead by itself.
      await system.removeInstance(row().id).catch((error: unknown) => {
        log.warn('the database was not told that this server ended', { error })
      })
    },
  }
}

const MOST_SAID = 300

/** One line for the row. Our errors name objects and places, and no values. */
export const sentenceOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').slice(0, MOST_SAID)
