import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { messageOf } from './message-of.ts'
import type { RevisionListener } from './system-port.ts'

export const REVISION_CHANNEL = 'tokenidp_revision'

const CONNECT_MS = 3000
const ANSWER_MS = 5000
const PROBE_MS = 2000
/** A link may die without a word; so long at most it goes unnoticed. */
const KEEPALIVE_MS = 15_000
const LONGEST_PAUSE_MS = 30_000

export interface Ear {
  /** Of the database itself: what a pooler hands out per transaction hears nothing. */
  readonly url: string
  readonly stream: (() => Socket) | undefined
  /** By another connection than the one that listens. */
  readonly notify: (channel: string) => Promise<unknown>
}

/** Nothing that is told arrives here, and trying again would not change that. */
class Deaf extends Error {}

/** Listens on a connection of its own, and comes back after every loss. Answers how to stop that. */
export function listenFor(listener: RevisionListener, ear: Ear): () => void {
  const stop = new AbortController()
  void run(listener, ear, stop.signal)
  return () => stop.abort()
}

async function run(listener: RevisionListener, ear: Ear, signal: AbortSignal): Promise<void> {
  let isHearing: boolean | undefined
  const tell = (is: boolean, why?: string): void => {
    if (!signal.aborted && isHearing !== is) listener.hearing(why)
    isHearing = is
  }
  const aborted = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  for (let pauseMs = 1000; !signal.aborted; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      const line = await open(ear, listener)
      tell(true)
      // What came while nobody listened is in the head row.
      listener.heard()
      await line.until(aborted)
      pauseMs = 500
    } catch (error) {
      tell(false, messageOf(error))
      if (error instanceof Deaf) return
    }
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined)
  }
}

async function open({ url, stream, notify }: Ear, listener: RevisionListener) {
  const client = new pg.Client({
    connectionString: url,
    ...(stream === undefined ? {} : { stream }),
    application_name: 'tokenidp listen',
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: ANSWER_MS,
    keepAlive: true,
  })
  const lost = Promise.withResolvers<void>()
  client.on('error', () => lost.resolve())
  client.on('end', () => lost.resolve())
  try {
    await client.connect()
    await probe(client, notify)
    client.on('notification', ({ channel }) => {
      if (channel === REVISION_CHANNEL) listener.heard()
    })
    await client.query(`listen ${REVISION_CHANNEL}`)
  } catch (error) {
    client.end().catch(() => undefined)
    throw error
  }
  return {
    /** Or until it is lost. */
    async until(aborted: Promise<void>): Promise<void> {
      const isAlive = () => client.query('select 1').catch(() => lost.resolve())
      const timer = setInterval(isAlive, KEEPALIVE_MS)
      await Promise.race([lost.promise, aborted])
      clearInterval(timer)
      client.end().catch(() => undefined)
    },
  }
}

/** Whether a notification sent by somebody else arrives while we wait for nothing but it. */
async function probe(client: pg.Client, notify: Ear['notify']): Promise<void> {
  const { rows } = await client.query('select pg_backend_pid() as pid')
  const channel = `tokenidp_probe_${rows[0].pid}`
  const arrived = new Promise<boolean>((resolve) => {
    client.on('notification', (message) => {
      if (message.channel === channel) resolve(true)
    })
  })
  await client.query(`listen ${channel}`)
  await notify(channel)
  const isHeard = await Promise.race([arrived, sleep(PROBE_MS, false, { ref: false })])
  await client.query(`unlisten ${channel}`)
  if (!isHeard) throw new Deaf('what the database tells does not arrive on this connection')
}
