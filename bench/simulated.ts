/** One PostgreSQL and the processes before it, as events in a queue: what a machine of two cores cannot hold. */

/** Microseconds, all of them. */
export interface Costs {
  /** Of a process, for a request: `compare token opaque, PostgreSQL`. */
  readonly request: number
  /** Of a core of PostgreSQL, for a statement that stores a group, and for each row in it. */
  readonly statement: number
  readonly row: number
  /** Of its log: all that waits when a flush begins is durable at its end. And for each row in it. */
  readonly flush: number
  readonly logRow: number
  /** There and back between a process and PostgreSQL. */
  readonly roundTrip: number
}

export interface Site {
  readonly processes: number
  readonly databaseCores: number
}

/** Requests that come whatever happens, or clients of which each waits for its answer. */
export type Demand = { readonly perSecond: number } | { readonly clients: number }

export interface Simulated {
  /** Of those that came after a while, and were answered before the end. */
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Shares of the time. */
  readonly processBusy: number
  readonly databaseBusy: number
  readonly logBusy: number
  readonly rowsPerFlush: number
}

interface Group {
  readonly process: Process
  /** When each of its requests came. */
  readonly since: readonly number[]
}

interface Process {
  /** Until then it works on what has come so far. */
  freeAt: number
  waiting: number[]
  isAnswered: boolean
}

const WARM_UP = 0.2

/** `random` gives numbers from 0 to 1. */
export function simulate(
  costs: Costs,
  site: Site,
  demand: Demand,
  { seconds, random }: { readonly seconds: number; readonly random: () => number },
): Simulated {
  const events = schedule()
  const end = seconds * 1e6
  const begin = end * WARM_UP
  const about = (mean: number): number => -mean * Math.log(1 - random())
  const processes = Array.from(
    { length: site.processes },
    (): Process => ({ freeAt: 0, waiting: [], isAnswered: true }),
  )
  const busy = { process: 0, database: 0, log: 0 }
  const latencies: number[] = []
  const queued: Group[] = []
  let freeCores = site.databaseCores
  let toFlush: Group[] = []
  let isFlushing = false
  let flushes = 0

  const counts = (at: number): boolean => at >= begin && at < end

  function arrive(at: number): void {
    const process = processes[Math.floor(random() * processes.length)] as Process
    const work = about(costs.request)
    process.freeAt = Math.max(process.freeAt, at) + work
    if (counts(at)) busy.process += work
    events.at(process.freeAt, (now) => {
      process.waiting.push(at)
      if (process.isAnswered) send(process, now)
    })
  }

  function send(process: Process, now: number): void {
    const group = { process, since: process.waiting }
    process.waiting = []
    process.isAnswered = false
    events.at(now + costs.roundTrip / 2, (then) => {
      queued.push(group)
      work(then)
    })
  }

  function work(now: number): void {
    while (freeCores > 0 && queued.length > 0) {
      const group = queued.shift() as Group
      freeCores -= 1
      const cost = about(costs.statement) + costs.row * group.since.length
      if (counts(now)) busy.database += cost
      events.at(now + cost, (then) => {
        freeCores += 1
        toFlush.push(group)
        if (!isFlushing) flush(then)
        work(then)
      })
    }
  }

  function flush(now: number): void {
    const groups = toFlush
    toFlush = []
    isFlushing = true
    const rows = groups.reduce((sum, { since }) => sum + since.length, 0)
    const cost = about(costs.flush) + costs.logRow * rows
    if (counts(now)) {
      busy.log += cost
      flushes += 1
    }
    events.at(now + cost, (then) => {
      isFlushing = false
      for (const group of groups)
        events.at(then + costs.roundTrip / 2, (later) => answer(group, later))
      if (toFlush.length > 0) flush(then)
    })
  }

  function answer({ process, since }: Group, now: number): void {
    process.isAnswered = true
    for (const at of since) {
      if (counts(now)) latencies.push(now - at)
      if ('clients' in demand) arrive(now)
    }
    if (process.waiting.length > 0) send(process, now)
  }

  if ('clients' in demand) for (let each = 0; each < demand.clients; each += 1) arrive(0)
  else {
    const pause = 1e6 / demand.perSecond
    const next = (now: number): void => {
      arrive(now)
      events.at(now + about(pause), next)
    }
    next(0)
  }
  events.runUntil(end)

  const measured = end - begin
  const sorted = Float64Array.from(latencies).sort()
  const at = (share: number): number => (sorted[Math.floor(sorted.length * share)] ?? 0) / 1000
  return {
    perSecond: (latencies.length * 1e6) / measured,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    processBusy: busy.process / measured / site.processes,
    databaseBusy: busy.database / measured / site.databaseCores,
    logBusy: busy.log / measured,
    rowsPerFlush: latencies.length / Math.max(1, flushes),
  }
}

type Happening = (now: number) => void

/** A binary heap: the earliest first. */
function schedule() {
  const heap: { readonly at: number; readonly happen: Happening }[] = []
  const atOf = (index: number): number => heap[index]?.at ?? Number.POSITIVE_INFINITY
  function swap(one: number, other: number): void {
    const [first, second] = [heap[one], heap[other]]
    if (first === undefined || second === undefined) return
    heap[one] = second
    heap[other] = first
  }
  function rise(from: number): void {
    for (let index = from; index > 0; ) {
      const parent = (index - 1) >> 1
      if (atOf(parent) <= atOf(index)) return
      swap(parent, index)
      index = parent
    }
  }
  function sink(): void {
    for (let index = 0; ; ) {
      const left = 2 * index + 1
      const least = atOf(left + 1) < atOf(left) ? left + 1 : left
      if (atOf(least) >= atOf(index)) return
      swap(least, index)
      index = least
    }
  }
  return {
    at(at: number, happen: Happening): void {
      heap.push({ at, happen })
      rise(heap.length - 1)
    },
    runUntil(end: number): void {
      while (atOf(0) <= end) {
        const first = heap[0]
        const last = heap.pop()
        if (first === undefined || last === undefined) return
        if (heap.length > 0) {
          heap[0] = last
          sink()
        }
        first.happen(first.at)
      }
    },
  }
}
