import type { Variables } from './environment.ts'
import type { Io } from './io.ts'

/** Says what takes long. */
export interface Progress {
  during<T>(what: string, work: Promise<T>): Promise<T>
}

export const SILENT: Progress = { during: (_what, work) => work }

/** A spinner where a person looks on, one plain line per phase elsewhere. */
export function progressOn(io: Io, variables: Variables, isColoured: boolean): Progress {
  // A spinner divides by the width to know what to wipe: on a terminal of none it wipes for ever.
  if (!io.isTerminal.err || io.columns === 0 || variables.CI) return plainLines(io)
  return {
    async during(what, work) {
      const { default: ora } = await import('ora')
      const spinner = ora({ text: what, color: isColoured ? 'cyan' : false, discardStdin: false })
      spinner.start()
      try {
        return await work
      } finally {
        spinner.stop()
      }
    },
  }
}

const HEARTBEAT_MS = 10_000

const plainLines = (io: Io): Progress => ({
  async during(what, work) {
    io.err(`${what}…\n`)
    const heartbeat = setInterval(() => io.err(`${what}… still working\n`), HEARTBEAT_MS)
    try {
      return await work
    } finally {
      clearInterval(heartbeat)
    }
  },
})
