import type { EpochSeconds } from '../base/time.ts'
import type { Variables } from './environment.ts'

export type StopSignal = 'SIGINT' | 'SIGTERM'

/** The terminal as a command sees it: results go to `out`, everything else to `err`. */
export interface Io {
  out(text: string): void
  err(text: string): void
  readonly isTerminal: { readonly in: boolean; readonly out: boolean; readonly err: boolean }
  /** How wide the terminal on `err` is; 0 when it does not say. */
  readonly columns: number
  /** All of standard input; or, where there is more than `most` bytes, a little more than that. */
  read(most?: number): Promise<string>
  /** One line from the person at the terminal; what is hidden is not echoed. */
  ask(question: string, isHidden?: boolean): Promise<string>
  /** Called once, when somebody asks the process to end. */
  onStop(listener: (signal: StopSignal) => void): void
}

export function systemIo(): Io {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreBrokenPipe)
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isTerminal: {
      // Node makes its readers of files for a look at it, which few commands take.
      get in() {
        return process.stdin.isTTY === true
      },
      out: process.stdout.isTTY === true,
      err: process.stderr.isTTY === true,
    },
    columns: process.stderr.columns ?? 0,
    read: readAll,
    ask,
    onStop(listener) {
      for (const signal of ['SIGINT', 'SIGTERM'] as const)
        process.once(signal, () => listener(signal))
    },
  }
}

/** `tokenidp plan | head -1` is not a failure of ours. */
function ignoreBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}

async function readAll(most = Number.POSITIVE_INFINITY): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of process.stdin) {
    const bytes = Buffer.from(chunk)
    chunks.push(bytes)
    length += bytes.length
    if (length > most) break
  }
  return Buffer.concat(chunks).toString('utf8')
}

async function ask(question: string, isHidden = false): Promise<string> {
  const [{ createInterface }, { Writable }] = await Promise.all([
    import('node:readline'),
    import('node:stream'),
  ])
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({
    input: process.stdin,
    output: isHidden ? silent : process.stderr,
    terminal: true,
  })
  // The terminal is raw by now: a Ctrl-D that is typed at once reaches us and not its line discipline.
  process.stderr.write(question)
  return new Promise((resolve) => {
    lines.once('line', (line) => {
      resolve(line)
      lines.close()
      if (isHidden) process.stderr.write('\n')
    })
    // For the same reason Ctrl-C is a character and no signal.
    lines.once('SIGINT', () => {
      process.stderr.write('\n')
      process.kill(process.pid, 'SIGINT')
    })
    // Ctrl-D answers nothing.
    lines.once('close', () => resolve(''))
  })
}

/** Per stream: a flag decides, then the variables people set for all their tools, then the terminal. */
export function wantsColour(
  isTerminal: boolean,
  variables: Variables,
  flag: boolean | undefined,
): boolean {
  if (flag !== undefined) return flag
  if (variables.NO_COLOR || variables.TOKENIDP_NO_COLOR || variables.TERM === 'dumb') return false
  if (variables.FORCE_COLOR || variables.CLICOLOR_FORCE) return true
  return isTerminal
}

/** As people and other programs read an instant (RFC 3339). */
export const instantText = (seconds: EpochSeconds): string =>
  new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
