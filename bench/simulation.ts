/** What more processes and a larger PostgreSQL would carry, simulated. `npm run bench -- simulation`. */
import { type Costs, type Demand, type Site, simulate } from './simulated.ts'

/**
 * Of one opaque token. A process: `compare token opaque, PostgreSQL`. PostgreSQL: 7 µs a row in groups of 64 and 10 in
 * groups of 16. Its log: a disk that takes 1 ms, and 1 GB a second, of which a row takes 200 bytes.
 */
const COSTS: Costs = {
  request: 105,
  statement: 80,
  row: 6,
  flush: 1000,
  logRow: 0.2,
  roundTrip: 200,
}
/** As `compare` runs it: PostgreSQL on the same machine, and its disk. */
const HERE: Partial<Costs> = { flush: 300, roundTrip: 60 }

const ONE = 6000
/** Requests are enough to see the hundredth. */
const REQUESTS = 600_000

interface Case extends Site {
  readonly what: string
  readonly demand: Demand
  readonly costs?: Partial<Costs>
}

const CASES: readonly Case[] = [
  {
    what: 'as measured: 16 clients that wait',
    processes: 1,
    databaseCores: 1,
    demand: { clients: 16 },
    costs: HERE,
  },
  { what: '1×', processes: 1, databaseCores: 1, demand: { perSecond: ONE } },
  { what: '10×', processes: 10, databaseCores: 2, demand: { perSecond: ONE * 10 } },
  { what: '100×', processes: 100, databaseCores: 8, demand: { perSecond: ONE * 100 } },
  { what: '100×', processes: 100, databaseCores: 16, demand: { perSecond: ONE * 100 } },
  { what: '1,000×', processes: 1000, databaseCores: 64, demand: { perSecond: ONE * 1000 } },
  {
    what: '1,000×, one of 12 databases',
    processes: 84,
    databaseCores: 16,
    demand: { perSecond: (ONE * 1000) / 12 },
  },
]

export const SIMULATION = { microseconds: COSTS, asMeasured: HERE, seed: 1 }

export async function measureSimulation() {
  return CASES.map(({ what, processes, databaseCores, demand, costs }) => {
    const perSecond = 'clients' in demand ? ONE : demand.perSecond
    const seconds = Math.min(5, Math.max(0.25, REQUESTS / perSecond))
    const found = simulate({ ...COSTS, ...costs }, { processes, databaseCores }, demand, {
      seconds,
      random: numbersFrom(SIMULATION.seed),
    })
    const share = (of: number): number => Math.round(of * 100)
    return {
      what,
      processes,
      'cores of PostgreSQL': databaseCores,
      'req/s': Math.round(found.perSecond),
      'p50 ms': Number(found.p50Ms.toFixed(1)),
      'p99 ms': Number(found.p99Ms.toFixed(1)),
      '% of processes': share(found.processBusy),
      '% of PostgreSQL': share(found.databaseBusy),
      '% of its log': share(found.logBusy),
      'rows per flush': Math.round(found.rowsPerFlush),
    }
  })
}

/** The same ones each time, from 0 to 1: a linear congruential generator (modulus 2^32) is random enough for this. */
export function numbersFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
