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

/** As `every`, with a pause that is asked for each time; no turn begins before the last one has ended. */
export function repeat(
  pauseMs: () => number,
  work: () => Promise<void>,
  { log, what }: { readonly log: Log; readonly what: string },
): { stop(): Promise<void> } {
  let isStopped = false
  let running = Promise.resolve()
  const next = () => setTimeout(turn, pauseMs())
  function turn(): void {
    running = work()
      .catch((error: unknown) => log.warn(`${what} failed`, { error }))
      .then(() => {
        if (!isStopped) timer = next()
      })
  }
  let timer = next()
  return {
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await running
    },
  }
}
