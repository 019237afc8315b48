import { hostname } from 'node:os'
import { ulid } from '../../base/id.ts'
import type { Log } from '../../base/log.ts'
import { openPasswords } from '../../base/password.ts'
import { type Seconds, toSeconds } from '../../base/time.ts'
import { createApp, type Servers } from '../../http/app.ts'
import type { Proxies } from '../../http/proxies.ts'
import { deliverers } from '../../oauth/deliveries/index.ts'
import { openOutbound } from '../../outbound/index.ts'
import type { ServerInstance } from '../../store/port.ts'
import type { Variables } from '../environment.ts'
import { tool } from '../tool.ts'
import { type Aliveness, aliveness, sentenceOf } from './aliveness.ts'
import { forgetOldDeliveries, startDeliveries } from './deliveries.ts'
import { type Follower, follow } from './follow.ts'
import { type Address, drain, listen } from './listen.ts'
import type { MutualTlsSettings } from './mutual-tls.ts'
import { type Loading, loadState, type ServerState, tickAll } from './state.ts'
import type { Tls } from './tls.ts'

const HEARTBEAT_MS = 5000
const KEY_TICK_MS = 60_000
const RETRY_MS = 5000
const DELIVERY_POLL_MS = 1000
const FORGET_MS = 60_000
const GONE_AFTER: Seconds = 86_400
const DRAIN_MS = 10_000

export interface Starting extends Loading {
  readonly log: Log
  readonly address: Address
  readonly tls: Tls | undefined
  readonly proxies: Proxies
  readonly mutualTls: MutualTlsSettings
  readonly pollMs: number
  /** How many threads the process has for signatures and password hashes. */
  readonly threads: number
}

export interface RunningServer {
  state(): ServerState
  /** Lets running requests end, and says goodbye to the database. */
  stop(): Promise<void>
}

/** Serves what is applied, follows what will be, and tells the database that it is alive. */
export async function startServer(starting: Starting): Promise<RunningServer> {
  const { database, log, clock } = starting
  const passwords = openPasswords({ threads: starting.threads })
  let instance: Aliveness | undefined
  const follower = await follow<ServerState>({
    head: () => database.system.head(),
    load: (before) => loadState(starting, before),
    // At once, so that whoever waits for it sees it.
    onTurn: () => {
      instance?.beat().catch((error: unknown) => log.warn('heartbeat failed', { error }))
    },
    log,
    pollMs: () => starting.pollMs,
    retryMs: RETRY_MS,
  })
  const policy = () => follower.current().snapshot.environment.outbound
  const outbound = openOutbound({ policy, clock })
  const servers = createApp({
    state: () => follower.current(),
    store: database,
    passwords,
    clock,
    random: starting.random,
    log,
    proxies: starting.proxies,
    outbound,
    certificates: certificatesOf(starting.mutualTls),
    ...(starting.tls === undefined ? {} : { tls: starting.tls }),
  })
  try {
    await listenAll(servers, starting)
  } catch (error) {
    await follower.stop()
    throw error
  }
  const alive = aliveness(database.system, log, aboutMe(starting, follower))
  instance = alive
  await alive.beat()
  const outbox = { ...starting, outbound, store: database, state: () => follower.current() }
  const deliveries = startDeliveries({ ...outbox, deliverers, pollMs: DELIVERY_POLL_MS })
  const timers = [
    every(FORGET_MS, log, 'removal of old deliveries', () => forgetOldDeliveries(outbox)),
    every(HEARTBEAT_MS, log, 'heartbeat', alive.beat),
    every(FORGET_MS, log, 'removal of servers that are gone', () => forgetGone(starting)),
    every(KEY_TICK_MS, log, 'key rotation', () => tickAll(starting, follower.current())),
  ]
  log.info('serving', { revision: follower.current().revision })
  return {
    state: () => follower.current(),
    async stop() {
      for (const timer of timers) clearInterval(timer)
      await Promise.all([drainAll(servers), follower.stop(), deliveries.stop()])
      await alive.end()
      await passwords.close()
    },
  }
}

function certificatesOf({ listener, header }: MutualTlsSettings) {
  if (listener === undefined) return { listener, header }
  const { address, publicUrl } = listener
  return { header, listener: { port: address.port, publicUrl } }
}

async function listenAll({ main, mutual }: Servers, starting: Starting): Promise<void> {
  const { address, mutualTls } = starting
  await listen(main, address)
  if (mutual === undefined || mutualTls.listener === undefined) return
  try {
    await listen(mutual, mutualTls.listener.address)
  } catch (error) {
    await drain(main, DRAIN_MS)
    throw error
  }
  const { host, port } = mutualTls.listener.address
  starting.log.info('asking for client certificates', { host, port })
}

async function drainAll({ main, mutual }: Servers): Promise<void> {
  await Promise.all([main, ...(mutual ? [mutual] : [])].map((server) => drain(server, DRAIN_MS)))
}

/** The size of libuv's pool, which bin/ settles before it starts. */
export const threadsOf = (variables: Variables): number => Number(variables.UV_THREADPOOL_SIZE ?? 4)

/** What others are told of this server. */
function aboutMe(
  { clock, random, address }: Starting,
  follower: Follower<ServerState>,
): () => ServerInstance {
  const id = ulid(clock.milliseconds(), random)
  const host = `${hostname()}:${address.port}`
  return () => {
    const { revision } = follower.current()
    const { target, error } = follower.trouble() ?? {}
    return {
      id,
      host,
      version: tool.version,
      activeRevision: revision,
      targetRevision: target ?? revision,
      state: target === undefined ? 'serving' : 'failed',
      error: target === undefined ? undefined : sentenceOf(error),
      lastSeen: toSeconds(clock.milliseconds()),
    }
  }
}

const forgetGone = ({ database, clock }: Starting): Promise<void> =>
  database.system.forgetInstances(toSeconds(clock.milliseconds()) - GONE_AFTER)

/** A database that is away for a while ends no server: the next turn tries again. */
function every(
  intervalMs: number,
  log: Log,
  what: string,
  work: () => Promise<void>,
): NodeJS.Timeout {
  return setInterval(() => {
    work().catch((error: unknown) => log.warn(`${what} failed`, { error }))
  }, intervalMs)
}
