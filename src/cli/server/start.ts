import { openPasswords } from '../../base/password.ts'
import { createApp, type Servers } from '../../http/app.ts'
import type { Proxies } from '../../http/proxies.ts'
import { deliverers } from '../../oauth/deliveries/index.ts'
import { openOutbound } from '../../outbound/index.ts'
import type { Variables } from '../environment.ts'
import type { World } from '../invocation.ts'
import { startDeliveries } from './deliveries.ts'
import { every, repeat } from './every.ts'
import { keyTickMs } from './key-ticks.ts'
import { type Address, drain, listen } from './listen.ts'
import { metricsText } from './metrics.ts'
import type { MutualTlsSettings } from './mutual-tls.ts'
import { startPurge } from './purge.ts'
import { openRollOut, type RollingOut } from './roll-out.ts'
import { serveMetrics } from './serve-metrics.ts'
import { forgetAll, type ServerState, tickAll } from './state.ts'
import type { Tls } from './tls.ts'

const DELIVERY_POLL_MS = 1000
const FORGET_MS = 60_000
const DRAIN_MS = 10_000

export interface Starting extends RollingOut {
  readonly tls: Tls | undefined
  readonly proxies: Proxies
  readonly mutualTls: MutualTlsSettings
  /** Where metrics are told, if anywhere. */
  readonly metrics: Address | undefined
  readonly usage: World['usage']
  /** How many threads the process has for signatures and password hashes. */
  readonly threads: number
}

export interface RunningServer {
  state(): ServerState
  metrics(): string
  /** Lets running requests end, and says goodbye to the database. */
  stop(): Promise<void>
}

/** Serves what is applied, follows what will be, and tells the database that it is alive. */
export async function startServer(starting: Starting): Promise<RunningServer> {
  const { database, log, clock } = starting
  const passwords = openPasswords({ threads: starting.threads })
  const rollOut = await openRollOut(starting)
  const policy = () => rollOut.current().snapshot.environment.outbound
  const outbound = openOutbound({ policy, clock })
  const servers = createApp({
    state: rollOut.current,
    behind: rollOut.behind,
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
  const purge = startPurge(starting)
  const measure = () => metricsText({ ...starting, rollOut, purged: purge.purged })
  const metrics = await serveMetrics(starting.metrics, measure, log)
  try {
    await listenAll(servers, starting)
  } catch (error) {
    await Promise.all([metrics.stop(), purge.stop(), rollOut.stop()])
    throw error
  }
  const outbox = { ...starting, outbound, store: database, state: rollOut.current }
  const deliveries = startDeliveries({ ...outbox, deliverers, pollMs: DELIVERY_POLL_MS })
  const forgetting = every(FORGET_MS, log, 'removal of what may no longer be repeated', () =>
    forgetAll(starting, rollOut.current()),
  )
  const rotation = repeat(
    () => keyTickMs(rollOut.current().snapshot),
    () => tickAll(starting, rollOut.current()),
    { log, what: 'key rotation' },
  )
  log.info('serving', { revision: rollOut.current().revision })
  return {
    state: rollOut.current,
    metrics: measure,
    async stop() {
      clearInterval(forgetting)
      await Promise.all([
        drainAll(servers),
        deliveries.stop(),
        metrics.stop(),
        rotation.stop(),
        purge.stop(),
      ])
      await rollOut.stop()
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
