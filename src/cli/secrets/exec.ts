import { isUtf8 } from 'node:buffer'
import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process'
import { parse } from 'node:path'
import { kill } from 'node:process'
import type { Readable } from 'node:stream'
import type { Problem } from '../../config/secrets.ts'
import type { Variables } from '../environment.ts'
import { allowedCommands, isAllowed, passedVariables, programFile } from './exec-policy.ts'

const TIMEOUT_MS = 10_000
const MOST_BYTES = 65_536
const AT_ONCE = 4

export type Command = readonly string[]

export const keyOf = (command: Command): string => JSON.stringify(command)

export interface Running {
  readonly variables: Variables
  readonly root: string
  readonly timeoutMs?: number
  /** Calls back when the command is interrupted. */
  readonly onEarlyEnd?: (undo: () => void) => void
}

/** What each command prints, run once, a few at a time. Those that may not run do not. */
export async function printedBy(
  commands: ReadonlyMap<string, Command>,
  running: Running,
): Promise<ReadonlyMap<string, string | Problem>> {
  const allowed = allowedCommands(running.variables)
  const printed = new Map<string, string | Problem>()
  const waiting = [...commands]
  running.onEarlyEnd?.(() => void waiting.splice(0))
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [key, command] = next
      printed.set(
        key,
        isAllowed(command, allowed) ? await outputOf(command, running) : refused(command),
      )
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return printed
}

/** What people type is shown; what programs print never is. */
const told = (command: Command): string => command.join(' ')

const refused = (command: Command): Problem => ({
  code: 'TIDP1314',
  message: `TOKENIDP_EXEC_ALLOW does not name the command ${told(command)}`,
  hint: `read it, and if it may run here: TOKENIDP_EXEC_ALLOW=${quoted(JSON.stringify([command]))}`,
})

/** People copy it into a shell, and whoever wrote the command could have meant them to. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

async function outputOf(command: Command, running: Running): Promise<string | Problem> {
  const { variables, root } = running
  const [program = '', ...words] = command
  const file = programFile(program, variables, root)
  const failed = (why: string): Problem => ({
    code: 'TIDP1315',
    message: `the command ${told(command)} ${why}`,
    hint: 'what it printed is not shown; run it by hand, with the variables that TOKENIDP_EXEC_ENV names',
  })
  if (file === undefined)
    return failed(`cannot run: there is no program ${program} outside of the repository`)
  const ended = await run([file, ...words], running)
  if (typeof ended === 'string') return failed(ended)
  return isUtf8(ended) && !ended.includes(0) ? ended.toString('utf8') : failed('printed no text')
}

/** Its output, or why there is none. Its folder is none that a change of the documents could fill. */
function run([file = '', ...words]: Command, running: Running): Promise<Buffer | string> {
  const { variables, root, timeoutMs = TIMEOUT_MS, onEarlyEnd } = running
  return new Promise((resolve) => {
    const child = started([file, ...words], {
      cwd: parse(root).root,
      env: passedVariables(variables, root),
    })
    if (child === undefined) return resolve(NOT_STARTED)
    let isOver = false
    const chunks: Buffer[] = []
    let size = 0
    const end = (result: Buffer | string): void => {
      if (isOver) return
      isOver = true
      clearTimeout(timer)
      endGroup(child)
      child.stdout.destroy()
      resolve(result)
    }
    onEarlyEnd?.(() => end('was interrupted'))
    const timer = setTimeout(() => end(`did not end within ${timeoutMs / 1000} s`), timeoutMs)
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > MOST_BYTES) end(`printed more than ${MOST_BYTES} bytes`)
      else chunks.push(chunk)
    })
    child.once('error', () => end(NOT_STARTED))
    child.once('close', (code, signal) =>
      end(code === 0 ? Buffer.concat(chunks) : `ended with ${code ?? signal}`),
    )
  })
}

const NOT_STARTED = 'cannot be started'

/** Of which it is the leader: what it started, and did not set apart, ends with it. */
function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    kill(-pid, 'SIGKILL')
  } catch {
    // Nobody is left in it.
  }
}

/** Arguments that are too long, or that hold a NUL, are thrown at once. */
function started(
  [file = '', ...words]: Command,
  options: { readonly cwd: string; readonly env: Record<string, string> },
): ChildProcessByStdio<null, Readable, null> | undefined {
  try {
    const stdio = ['ignore', 'pipe', 'ignore'] as const
    return spawn(file, words, { ...options, shell: false, detached: true, stdio: [...stdio] })
  } catch {
    return undefined
  }
}
