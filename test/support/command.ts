/** The built program as a process, and the only place that starts it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const BIN = `${ROOT}bin/tokenidp.js`

// A no-op after `npm test`, whose pretest has built already.
spawnSync(process.execPath, [`${ROOT}test/support/build.js`], { stdio: 'inherit' })

/** 32 bytes in base64, for databases that end with their test. As if by chance: a pattern is refused in production. */
export const MASTER_KEY = createHash('sha256').update('of the tests').digest('base64')

export interface Outcome {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Outcome>
  stdout(): string
  stderr(): string
}

export interface Surroundings {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
}

/** Variables of the machine that a command needs, and none that could steer it. */
const basis = (): Record<string, string> =>
  Object.fromEntries(
    ['PATH', 'HOME', 'TMPDIR', 'LANG'].flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value] as const]
    }),
  )

/** Starts the built command as users start it: a process of its own, without a terminal. */
export function start(args: readonly string[], around: Surroundings = {}): Running {
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd: around.cwd ?? ROOT,
    env: { ...basis(), ...around.env },
    stdio: 'pipe',
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  child.stdin.on('error', () => {}) // a command may end without reading what it was given
  child.stdin.end(around.input ?? '')
  const ended = once(child, 'close').then(
    ([code, signal]): Outcome => ({ code, signal, stdout, stderr }),
  )
  return { child, ended, stdout: () => stdout, stderr: () => stderr }
}

export const run = (args: readonly string[], around: Surroundings = {}): Promise<Outcome> =>
  start(args, around).ended
