/** Commands in this process: what is said of them is the same, and the second of their start is saved. */
import { systemClock, systemRandom } from '../../src/base/system.ts'
import { run } from '../../src/cli/main.ts'
import { ROOT } from './command.ts'

export interface Around {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
  /** What a person on a terminal types when asked, and does before. */
  readonly answer?: () => Promise<string>
  /** What the clock says. */
  readonly nowMs?: number
}

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export async function tokenidpHere(args: readonly string[], around: Around = {}): Promise<Ran> {
  const { cwd = ROOT, env = {}, input = '', nowMs, answer } = around
  let stdout = ''
  let stderr = ''
  const code = await run(args, {
    io: {
      out: (text) => {
        stdout += text
      },
      err: (text) => {
        stderr += text
      },
      isTerminal: { in: answer !== undefined, out: false, err: answer !== undefined },
      columns: 0,
      read: async () => input,
      ask: answer ?? (async () => ''),
      onStop: () => undefined,
    },
    variables: { ...(answer === undefined ? { CI: '1' } : {}), ...env },
    directory: cwd,
    clock: nowMs === undefined ? systemClock : { milliseconds: () => nowMs },
    random: systemRandom,
    usage: () => ({ rss: 0, cpu: 0 }),
    user: 'tester',
    self: { node: process.execPath, nodeVersion: process.versions.node, script: '' },
  })
  return { code, stdout, stderr }
}
