import { setTimeout as sleep } from 'node:timers/promises'
import { ulid } from '../../base/id.ts'
import type { Log } from '../../base/log.ts'
import type { Random } from '../../base/random.ts'
import type { Clock, EpochSeconds, Seconds } from '../../base/time.ts'
import type { Store } from '../../store/port.ts'
import { timeIn } from '../database.ts'
import { purgePass } from '../purge-pass.ts'

/** Of a server that is killed, another one takes over after it. */
const TURN: Seconds = 15
const RENEWED_MS = 5000
/** So many times as long as the last step took: a fifth of the time at most is for removing. */
const RESTS = 4
const REST_MS = { least: 5, most: 1000 }
/** So many times as long as the work of the last pass: looking at what stays takes 2 % of the time at most. */
const PAUSES = 50

export interface PurgeTimes {
  /** About so long after its start a server looks for the first time. */
  readonly firstMs: number
  /** Between two passes. */
  readonly pauseMs: { readonly least: number; readonly most: number }
}

const TIMES: PurgeTimes = { firstMs: 2000, pauseMs: { least: 60_000, most: 900_000 } }

export interface Purge {
  /** How many rows this server has removed of each table. */
  purged(): ReadonlyMap<string, number>
  /** After the step under way. */
  stop(): Promise<void>
}

export interface PurgeWorld {
  readonly database: Pick<Store, 'purging' | 'system'>
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** Removes what is over, bit by bit, as the one server of the database whose turn it is. */
export function startPurge(world: PurgeWorld, times: PurgeTimes = TIMES): Purge {
  const stop = new AbortController()
  const purged = new Map<string, number>()
  const purger: Purger = {
    ...world,
    holder: ulid(world.clock.milliseconds(), world.random),
    purged,
    // A stop is no failure.
    pause: async (milliseconds) =>
      sleep(milliseconds, !stop.signal.aborted, { signal: stop.signal }).catch(() => false),
  }
  const running = passes(purger, times)
  return {
    purged: () => purged,
    async stop() {
      stop.abort()
      await running
    },
  }
}

interface Purger extends PurgeWorld {
  readonly holder: string
  readonly purged: Map<string, number>
  /** Whether to go on after it. */
  readonly pause: (milliseconds: number) => Promise<boolean>
}

async function passes(purger: Purger, { firstMs, pauseMs }: PurgeTimes): Promise<void> {
  const { log, pause, random } = purger
  let isWell = true
  let next = firstMs * (1 + (random.bytes(1)[0] ?? 0) / 255)
  while (await pause(next)) {
    next = pauseMs.least
    try {
      const worked = await pass(purger)
      isWell = true
      if (worked === undefined) continue
      next = Math.min(pauseMs.most, Math.max(pauseMs.least, worked * PAUSES))
      // However many servers there are, one goes through: it stays its turn.
      await takeTurn(purger, next / 1000 + TURN)
    } catch (error) {
      // Said once per outage: the next pass goes on with what is left.
      if (isWell) log.warn('what is over stays for now', { error })
      isWell = false
    }
  }
  // Another one may go on at once. Where the database is away, it will when the turn is over.
  await takeTurn(purger, 0).catch(() => undefined)
}

/** The time in the database, if it is this one's turn. */
async function takeTurn(purger: Purger, length: Seconds): Promise<EpochSeconds | undefined> {
  const { database, holder } = purger
  const now = await timeIn(database, purger)
  const isTaken = await database.purging.takeTurn(holder, now + Math.ceil(length), now)
  return isTaken ? now : undefined
}

/** Answers how many milliseconds of work there were; undefined where it is another one's turn. */
async function pass(purger: Purger): Promise<number | undefined> {
  const { database, clock, log, purged, pause } = purger
  const now = await takeTurn(purger, TURN)
  if (now === undefined) return undefined
  const rows = new Map<string, number>()
  let renewed = clock.milliseconds()
  let worked = 0
  await purgePass(database.purging, {
    clock,
    now,
    onRemoved(table, count) {
      for (const counts of [rows, purged]) counts.set(table, (counts.get(table) ?? 0) + count)
    },
    async rest(took) {
      worked += took
      if (!(await pause(Math.min(REST_MS.most, Math.max(REST_MS.least, took * RESTS)))))
        return false
      if (Math.abs(clock.milliseconds() - renewed) < RENEWED_MS) return true
      renewed = clock.milliseconds()
      return (await takeTurn(purger, TURN)) !== undefined
    },
  })
  // As texts: a field named like a token would not be shown.
  const removed = [...rows].map(([table, count]) => `${table} ${count}`)
  if (rows.size > 0) log.info('removed what is over', { removed })
  return worked
}
