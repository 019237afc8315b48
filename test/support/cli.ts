/** Runs the built program as a process: arguments in, exit code and streams out. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PROGRAM = join(ROOT, 'bin/tokenidp.js')

// A no-op after `npm test`, whose pretest has built already.
spawnSync(process.execPath, [join(ROOT, 'test/support/build.js')], { stdio: 'inherit' })

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly input?: string
}

const start = (args: readonly string[], { env, cwd }: Surroundings): ChildProcess =>
  spawn(process.execPath, [PROGRAM, ...args], {
    cwd: cwd ?? ROOT,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, CI: '1', ...env },
  })

export async function tokenidp(args: readonly string[], around: Surroundings = {}): Promise<Ran> {
  const child = start(args, around)
  child.stdin?.end(around.input ?? '')
  const [stdout, stderr, code] = await Promise.all([
    allOf(child.stdout),
    allOf(child.stderr),
    exitOf(child),
  ])
  return { code, stdout, stderr }
}

/** The document on stdout, which must be the only thing there. */
export const document = ({ stdout }: Ran): Readonly<Record<string, unknown>> => JSON.parse(stdout)

/** A program that runs until it is stopped; stopped with the test at the latest. */
export function running(args: readonly string[], around: Surroundings = {}) {
  const child = start(args, around)
  const exited = exitOf(child)
  let output = ''
  const listeners = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
      for (const listener of listeners) listener()
    })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exited
  })
  return {
    output: () => output,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    exited,
    /** Waits until both streams together hold it. */
    says: (pattern: RegExp): Promise<RegExpExecArray> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(output)
          if (found === null) return
          listeners.delete(look)
          resolve(found)
        }
        listeners.add(look)
        void exited.then((code) =>
          reject(new Error(`ended with ${code} before ${pattern}:\n${output}`)),
        )
        look()
      }),
  }
}

const exitOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once('exit', (code) => resolve(code)))

async function allOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = ''
  for await (const chunk of stream ?? []) text += String(chunk)
  return text
}

/** A directory of its own with these files, gone when the test is. */
export function project(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'tokenidp-cli-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) write(root, name, text)
  return root
}

export function write(root: string, name: string, text: string): void {
  mkdirSync(dirname(join(root, name)), { recursive: true })
  writeFileSync(join(root, name), text)
}
