import { setTimeout as sleep } from 'node:timers/promises'
import { toSeconds } from '../base/time.ts'
import { type ServerInstance, StoreError } from '../store/port.ts'
import type { Database } from './database.ts'
import { EXIT } from './exit.ts'
import type { Invocation, Outcome } from './invocation.ts'
import { instantText } from './io.ts'
import { milliseconds } from './options.ts'
import { isLive, serverBody } from './servers.ts'

/** As commander hands it over: true without a time. */
export type WaitFlag = string | boolean | undefined

const WAIT_MS = 60_000
const LOOK_MS = 100

/** For how long; undefined when nobody is waited for. */
export function waitMs(flag: WaitFlag): number | undefined {
  if (flag === undefined || flag === false) return undefined
  return flag === true ? WAIT_MS : milliseconds(flag)
}

/**
 * What was applied, once every server that lives serves the revision or a later one; with exit 6 when some
 * do not in time, or when nobody is left to wait for but those that cannot load it. Whoever interrupts the
 * waiting undoes nothing.
 */
export async function acknowledged(
  invocation: Invocation,
  { system }: Pick<Database, 'system'>,
  applied: { readonly outcome: Outcome; readonly revision: number },
  wait: number | undefined,
): Promise<Outcome> {
  const { outcome, revision } = applied
  if (wait === undefined || revision === 0) return outcome
  const live = await invocation.progress.during(
    'Waiting for the servers',
    untilServed(invocation, system, { revision, wait }),
  )
  return { ...outcome, ...outcomeOf(invocation, outcome, live, { revision, wait }) }
}

interface Waiting {
  readonly revision: number
  /** Milliseconds. */
  readonly wait: number
}

/** The servers that lived at the commit or began after it. Undefined while nobody could be asked. */
async function untilServed(
  { world: { clock }, interruption }: Pick<Invocation, 'world' | 'interruption'>,
  system: Database['system'],
  { revision, wait }: Waiting,
): Promise<readonly ServerInstance[] | undefined> {
  const committedAt = clock.milliseconds()
  const interrupted = interruption.awaited()
  let live: readonly ServerInstance[] | undefined
  for (;;) {
    // Whoever gives up waiting does not wait for a database that is stuck either.
    const servers = await Promise.race([asked(system), interrupted.then(() => undefined)])
    live = servers?.filter((server) => isLive(server, toSeconds(committedAt))) ?? live
    const isSettled = live?.every((each) => serves(each, revision) || cannotLoad(each, revision))
    const isOver = interruption.ignored() !== undefined
    if (isSettled || isOver || clock.milliseconds() - committedAt >= wait) return live
    await Promise.race([sleep(LOOK_MS), interrupted])
  }
}

const serves = ({ activeRevision }: ServerInstance, revision: number): boolean =>
  activeRevision >= revision

/** It tried, and nothing is known that would let it succeed. */
const cannotLoad = ({ state, targetRevision }: ServerInstance, revision: number): boolean =>
  state === 'failed' && targetRevision >= revision

/** A database that is away for a moment is asked again: what was applied is applied. */
async function asked(system: Database['system']): Promise<readonly ServerInstance[] | undefined> {
  try {
    return await system.instances()
  } catch (error) {
    if (error instanceof StoreError) return undefined
    throw error
  }
}

function outcomeOf(
  { world, interruption, warn }: Invocation,
  outcome: Outcome,
  live: readonly ServerInstance[] | undefined,
  { revision, wait }: Waiting,
): Partial<Outcome> {
  const now = toSeconds(world.clock.milliseconds())
  const body = { ...outcome.body, servers: (live ?? []).map((each) => serverBody(each, now)) }
  const laggards = live?.filter((each) => !serves(each, revision))
  if (live !== undefined && laggards?.length === 0)
    return { body, text: `${outcome.text}${servedText(live.length, revision)}` }
  const why = interruption.ignored()
    ? `no longer waiting; revision ${revision} is applied`
    : `revision ${revision} is applied, and ${laggingText(live, laggards, { revision, wait })}`
  warn(why, 'tokenidp status')
  for (const laggard of laggards ?? []) warn(laggardText(laggard, revision))
  return { body, exit: EXIT.unacknowledged }
}

const servedText = (count: number, revision: number): string =>
  count === 0
    ? 'No server is live: there was nobody to wait for.\n'
    : `${count === 1 ? 'The live server serves' : `All ${count} live servers serve`} revision ${revision}.\n`

function laggingText(
  live: readonly ServerInstance[] | undefined,
  laggards: readonly ServerInstance[] = [],
  { revision, wait }: Waiting,
): string {
  const after = `after ${wait / 1000}s`
  if (live === undefined) return `${after} the database did not answer who serves it`
  const count = `${laggards.length} of ${live.length} live servers`
  return laggards.every((each) => cannotLoad(each, revision))
    ? `${count} cannot load it`
    : `${after} ${count} did not report it`
}

const laggardText = (server: ServerInstance, revision: number): string => {
  const { host, activeRevision, targetRevision, error, lastSeen } = server
  const now = `${host} serves revision ${activeRevision}`
  return cannotLoad(server, revision)
    ? `${now} and cannot load revision ${targetRevision}: ${error ?? 'no reason told'}`
    : `${now} and was last seen ${instantText(lastSeen)}`
}
