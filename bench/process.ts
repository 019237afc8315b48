import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as moment } from 'node:timers/promises'

const TICKS_PER_SECOND = 100

/** Microseconds of processor time that a process has had (user and system, from /proc). */
export function cpuMicros(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return ((Number(fields[11]) + Number(fields[12])) * 1e6) / TICKS_PER_SECOND
}

/** Megabytes of memory that it has now. */
export function residentMegabytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes) / 1024
}

/** A server that was started for a measurement, and is asked nothing else. */
export interface Contestant {
  readonly name: string
  readonly pid: number
  readonly url: string
  /** Milliseconds from the start of its process to its first answer. */
  readonly readyMs: number
  stop(): Promise<void>
}

export interface ToStart {
  readonly name: string
  readonly args: readonly string[]
  readonly url: string
  /** What it answers with 200 once it is ready. */
  readonly first: string
  readonly env?: Readonly<Record<string, string>>
}

/** A first start makes the keys of every tenant. */
const PATIENCE_MS = 300_000

export async function contestant({ name, args, url, first, env }: ToStart): Promise<Contestant> {
  const begin = performance.now()
  const child = spawn(process.execPath, [...args], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-4000)
  })
  const isReady = async (): Promise<boolean> =>
    (await fetch(`${url}${first}`).catch(() => undefined))?.ok === true
  while (!(await isReady())) {
    const isLate = performance.now() - begin > PATIENCE_MS
    if (child.exitCode !== null || isLate) {
      child.kill('SIGKILL')
      throw new Error(`${name} did not start: ${complaint}`)
    }
    await moment(2)
  }
  const readyMs = performance.now() - begin
  return { name, pid: child.pid ?? 0, url, readyMs, stop: () => stopped(child) }
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const closed = once(child, 'close')
  child.kill('SIGTERM')
  const patience = setTimeout(() => child.kill('SIGKILL'), 5000)
  await closed
  clearTimeout(patience)
}
