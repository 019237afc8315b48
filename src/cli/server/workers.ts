import cluster, { type Worker } from 'node:cluster'
import type { Log } from '../../base/log.ts'
import { EXIT, type ExitCode } from '../exit.ts'
import type { Ask, Told } from './worker.ts'

/** After this a worker that does not end is killed: longer than it drains. */
const STOP_MS = 15_000
/** Each failure in a row doubles the pause before the next start. */
const PAUSE_MS = { first: 200, most: 10_000 }
/** Whoever served so long has not failed to start. */
const SETTLED_MS = 30_000
const METRICS_MS = 2000

export interface Workers {
  /** Resolves when the first of them has ended before it served. */
  readonly failed: Promise<ExitCode>
  /** What each that answers in time has to tell. */
  metrics(): Promise<readonly string[]>
  /** Lets running requests end. Answers whether all ended well. */
  stop(): Promise<ExitCode>
}

/**
 * Starts this very command so many times, with these words after its own. They listen on one socket, from
 * which each takes connections when it has time: what waits there outlives any one of them.
 */
export function startWorkers(count: number, words: readonly string[], log: Log): Workers {
  // Node's own way keeps a connection open for ever that it handed to a worker which died before it took it.
  cluster.schedulingPolicy = cluster.SCHED_NONE
  cluster.setupPrimary()
  cluster.setupPrimary({ args: [...(cluster.settings.args ?? []), ...words] })
  const failed = Promise.withResolvers<ExitCode>()
  const ends = new Map<Worker, Promise<ExitCode>>()
  const timers = new Set<NodeJS.Timeout>()
  let isStopping = false
  let hasServed = false
  const serving = new Set<Worker>()

  /** One of the places, taken again and again. */
  function fill(failures: number): void {
    const worker = cluster.fork()
    let servedAfter: NodeJS.Timeout | undefined
    let isSettled = false
    worker.on('message', ({ told }: Told) => {
      if (told !== 'serving') return
      const isFirst = !hasServed
      hasServed = true
      serving.add(worker)
      servedAfter = setTimeout(() => {
        isSettled = true
      }, SETTLED_MS).unref()
      if (!isFirst || isStopping) return
      // The first one has made schema and keys; what it cannot do, the others need not try.
      for (let place = 1; place < count; place += 1) fill(0)
    })
    const end = Promise.withResolvers<ExitCode>()
    ends.set(worker, end.promise)
    worker.once('exit', (code, signal) => {
      clearTimeout(servedAfter)
      ends.delete(worker)
      serving.delete(worker)
      end.resolve(codeOf(code, signal))
      if (isStopping) return
      if (!hasServed) return failed.resolve(codeOf(code, signal))
      again(worker.id, isSettled ? 0 : failures, { code, signal })
    })
  }

  function again(worker: number, failures: number, how: object): void {
    const pauseMs = Math.min(PAUSE_MS.most, PAUSE_MS.first * 2 ** failures)
    log.error('a worker ended and is started again', { worker, ...how, pauseMs })
    const timer = setTimeout(() => {
      timers.delete(timer)
      fill(failures + 1)
    }, pauseMs)
    timers.add(timer)
  }

  fill(0)
  return {
    failed: failed.promise,
    metrics: async () => (await Promise.all([...serving].map(metricsOf))).flat(),
    async stop() {
      isStopping = true
      for (const timer of timers) clearTimeout(timer)
      return endAll(ends, serving)
    },
  }
}

async function endAll(
  ends: ReadonlyMap<Worker, Promise<ExitCode>>,
  serving: ReadonlySet<Worker>,
): Promise<ExitCode> {
  for (const worker of ends.keys())
    if (serving.has(worker)) ask(worker, { ask: 'stop' })
    // It does not listen to us yet.
    else worker.process.kill('SIGTERM')
  const patience = setTimeout(() => {
    for (const worker of ends.keys()) worker.process.kill('SIGKILL')
  }, STOP_MS)
  const codes = await Promise.all(ends.values())
  clearTimeout(patience)
  return codes.find((code) => code !== EXIT.ok) ?? EXIT.ok
}

const isExitCode = (code: number): code is ExitCode => Object.values<number>(EXIT).includes(code)

/** What kills a process leaves no code. */
function codeOf(code: number | null, signal: string | null): ExitCode {
  if (signal === 'SIGTERM') return EXIT.terminated
  if (signal === 'SIGINT') return EXIT.interrupted
  return code !== null && isExitCode(code) ? code : EXIT.failed
}

/** One that was killed just now is still connected: that it hears nothing is no failure of ours. */
function ask(worker: Worker, message: Ask): void {
  if (worker.isConnected()) worker.send(message, () => undefined)
}

let turns = 0

/** None where it does not answer: it starts, or ends, or has too much to do. */
function metricsOf(worker: Worker): Promise<readonly string[]> {
  turns += 1
  const turn = turns
  return new Promise((resolve) => {
    const answer = (texts: readonly string[]): void => {
      clearTimeout(patience)
      worker.off('message', listen)
      resolve(texts)
    }
    const listen = (message: Told): void => {
      if (message.told === 'metrics' && message.turn === turn) answer([message.text])
    }
    const patience = setTimeout(() => answer([]), METRICS_MS)
    worker.on('message', listen)
    ask(worker, { ask: 'metrics', turn })
  })
}
