import { hostname } from 'node:os'
import { ulid } from '../../base/id.ts'
import type { Log } from '../../base/log.ts'
import { type Seconds, toSeconds } from '../../base/time.ts'
import type { Behind } from '../../http/health.ts'
import { type RevisionListener, type ServerInstance, StoreError } from '../../store/port.ts'
import { tool } from '../tool.ts'
import { type Aliveness, aliveness, sentenceOf } from './aliveness.ts'
import { every } from './every.ts'
import { type Follower, follow } from './follow.ts'
import type { Address } from './listen.ts'
import { watchEnds } from './override-ends.ts'
import { type Loading, loadState, type ServerState } from './state.ts'

const HEARTBEAT_MS = 5000
const RETRY_MS = 5000
const FORGET_MS = 3_600_000
const GONE_AFTER: Seconds = 86_400

export interface RollingOut extends Loading {
  readonly log: Log
  readonly address: Address
  /** Of several that share the address. */
  readonly worker?: number | undefined
  readonly pollMs: () => number
}

export interface RollOut {
  current(): ServerState
  /** Undefined where what is current is the newest, as far as is known. */
  behind(): Behind | undefined
  stop(): Promise<void>
}

/** Loads what is applied, follows what will be, and tells the database what is served. */
export async function openRollOut(rollingOut: RollingOut): Promise<RollOut> {
  const { database, log } = rollingOut
  let told: Aliveness | undefined
  const follower = await follow<ServerState>({
    head: () => database.system.head(),
    load: (before) => loadState(rollingOut, before),
    // At once, so that whoever waits for it sees it.
    onTurn: () => {
      told?.beat().catch((error: unknown) => log.warn('heartbeat failed', { error }))
    },
    log,
    pollMs: rollingOut.pollMs,
    retryMs: RETRY_MS,
  })
  const alive = aliveness(database.system, log, aboutMe(rollingOut, follower))
  told = alive
  // Before the first request: whoever applies from now on knows of this server.
  await alive.beat().catch(async (error: unknown) => {
    await follower.stop()
    throw error
  })
  const ends = watchEnds({ ...rollingOut, follower })
  const deafen = database.system.onRevision(listenerOf(log, follower))
  const timers = [
    every(HEARTBEAT_MS, log, 'heartbeat', alive.beat),
    every(FORGET_MS, log, 'removal of servers that are gone', () => forgetGone(rollingOut)),
  ]
  return {
    current: follower.current,
    behind() {
      const trouble = follower.trouble()
      return trouble && { revision: follower.current().revision, target: trouble.target }
    },
    async stop() {
      for (const timer of timers) clearInterval(timer)
      deafen()
      await ends.stop()
      await follower.stop()
      await alive.end()
    },
  }
}

const listenerOf = (log: Log, follower: Follower<ServerState>): RevisionListener => ({
  heard: follower.wake,
  hearing(trouble) {
    if (trouble === undefined) log.info('the database tells us of new revisions')
    else
      log.warn('new revisions are seen by looking for them only', {
        why: trouble,
        next: 'behind a pooler, set TOKENIDP_DIRECT_DATABASE_URL to the address of PostgreSQL itself',
      })
  },
})

/** What others are told of this server. */
function aboutMe(
  { clock, random, address, worker }: RollingOut,
  follower: Follower<ServerState>,
): () => ServerInstance {
  const id = ulid(clock.milliseconds(), random)
  const place = worker === undefined ? '' : ` #${worker}`
  const host = `${hostname()}:${address.port}${place}`
  return () => {
    const { revision } = follower.current()
    const { target, error } = follower.trouble() ?? {}
    const isFailed = target !== undefined && !isOfDatabase(error)
    return {
      id,
      host,
      version: tool.version,
      activeRevision: revision,
      targetRevision: target ?? revision,
      state: isFailed ? 'failed' : 'serving',
      error: isFailed ? sentenceOf(error) : undefined,
      lastSeen: toSeconds(clock.milliseconds()),
    }
  }
}

/** Not of the revision: the next look may load it. */
const isOfDatabase = (error: unknown): boolean =>
  error instanceof StoreError && (error.reason === 'unreachable' || error.reason === 'busy')

const forgetGone = ({ database, clock }: RollingOut): Promise<void> =>
  database.system.forgetInstances(toSeconds(clock.milliseconds()) - GONE_AFTER)
