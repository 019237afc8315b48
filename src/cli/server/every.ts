import type { Log } from '../../base/log.ts'

/** A database that is away for a while ends no server: the next turn tries again. */
export function every(
  intervalMs: number,
  log: Log,
  what: string,
  work: () => Promise<void>,
): NodeJS.Timeout {
  return setInterval(() => {
    work().catch((error: unknown) => log.warn(`${what} failed`, { error }))
  }, intervalMs)
}
