/** Measures how soon servers serve a revision, and what their callers notice. `npm run bench -- roll-out`. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as moment } from 'node:timers/promises'
import autocannon from 'autocannon'
import { systemRandom } from '../src/base/system.ts'
import { specHash } from '../src/deploy/plan/digests.ts'
import type { ConfigObject } from '../src/store/config-port.ts'
import { type ConfigurableStore, openStore } from '../src/store/open.ts'
import { pooling } from '../test/support/pgbouncer.ts'
import { startPostgres } from '../test/support/postgres.ts'
import { aRevision } from '../test/support/revisions.ts'
import { applied, type Serving, serving } from '../test/support/serving.ts'
import { LARGE, writeFixture } from './fixture.ts'

interface Setting {
  readonly name: string
  readonly databaseUrl: string
  readonly servers: number
  readonly revisions: number
  /** Milliseconds. */
  readonly swapTarget: number
}

interface Figure {
  readonly measure: string
  readonly actual: number
  readonly target: number
  readonly unit: 'ms' | 'requests'
}

const SECRET = 'a-secret-of-the-large-configuration'
const REVISIONS = 100
/** Without LISTEN every swap waits for a poll, so that fewer must do. */
const POLLED_REVISIONS = 20
const SWAP_MS = 500
const POLLED_SWAP_MS = 6000
const PER_SECOND = 500
const CALM_SECONDS = 10
const LOOK_MS = 2
const PATIENCE_MS = 120_000
/** Longer than it takes: the load ends when the revisions do. */
const LONGEST_SECONDS = 300

const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((left, right) => left - right)[Math.ceil(values.length * share) - 1] ?? 0

/** One application of many has another name to show: as its apply leaves the database. */
async function rename(
  store: ConfigurableStore,
  application: ConfigObject,
  displayName: string,
): Promise<number> {
  const spec = { ...application.spec, displayName }
  const hash = specHash(spec)
  const changed = { ...application, spec, specHash: hash, appliedHash: hash }
  return store.config.transaction(10_000, async (tx) => {
    const { revision } = await tx.changedSince(Number.MAX_SAFE_INTEGER)
    await tx.upsert([{ ...changed, revision: revision + 1 }])
    return tx.commitRevision(aRevision())
  })
}

/** Milliseconds from the commit until the last server has said that it swapped. */
async function swap(
  store: ConfigurableStore,
  application: ConfigObject,
  round: number,
): Promise<number> {
  const revision = await rename(store, application, `Round ${round}`)
  const committed = performance.now()
  for (;;) {
    const servers = await store.system.instances()
    if (servers.every(({ activeRevision }) => activeRevision >= revision))
      return performance.now() - committed
    await moment(LOOK_MS)
  }
}

/** Questions that are answered from the snapshot and the database, and change nothing. */
function load(server: Serving, duration: number) {
  const result = Promise.withResolvers<autocannon.Result>()
  const options = {
    url: `${server.url}/t0/introspect`,
    connections: 10,
    overallRate: PER_SECOND,
    duration,
    method: 'POST' as const,
    body: 'token=unknown',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${btoa(`app-0:${SECRET}`)}`,
    },
  }
  const instance = autocannon(options, (error, found) =>
    error ? result.reject(error) : result.resolve(found),
  )
  return { result: result.promise, stop: () => instance.stop() }
}

async function inSetting(setting: Setting, folder: string): Promise<readonly Figure[]> {
  const { name, databaseUrl, servers: count, revisions, swapTarget } = setting
  await applied(folder, databaseUrl, { LARGE_SECRET: SECRET })
  const store = await openStore(databaseUrl, { schema: 'require', random: systemRandom })
  const toServe = { databaseUrl, keepPublicUrl: true, patienceMs: PATIENCE_MS }
  const servers = await Promise.all(Array.from({ length: count }, () => serving(toServe)))
  try {
    const [server] = servers
    const { objects } = await store.config.live()
    const application = objects.find(({ kind }) => kind === 'Application')
    if (server === undefined || application === undefined) throw new Error('there is nothing')
    const calm = await load(server, CALM_SECONDS).result
    const loading = load(server, LONGEST_SECONDS)
    const swaps: number[] = []
    for (let round = 0; round < revisions; round += 1)
      swaps.push(await swap(store, application, round))
    loading.stop()
    const busy = await loading.result
    const failed = calm.non2xx + calm.errors + busy.non2xx + busy.errors
    return [
      figure(`${name}: commit until all ${count} swapped, p50`, percentile(swaps, 0.5), swapTarget),
      figure(
        `${name}: commit until all ${count} swapped, p99`,
        percentile(swaps, 0.99),
        swapTarget,
      ),
      figure(
        `${name}: p99 of requests, more than in calm`,
        busy.latency.p99 - calm.latency.p99,
        10,
      ),
      { measure: `${name}: failed requests`, actual: failed, target: 0, unit: 'requests' } as const,
    ]
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
    await store.close()
  }
}

const figure = (measure: string, actual: number, target: number): Figure => ({
  measure,
  actual: Math.round(actual),
  target,
  unit: 'ms',
})

export async function measureRollOut(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tokenidp-bench-'))
  const postgres = await startPostgres('durable')
  const closing: (() => Promise<void>)[] = []
  try {
    const large = join(folder, 'large')
    writeFixture(large, LARGE)
    const told = { servers: 2, revisions: REVISIONS, swapTarget: SWAP_MS }
    const polled = { servers: 2, revisions: POLLED_REVISIONS, swapTarget: POLLED_SWAP_MS }
    const sqlite = `sqlite:${join(folder, 'large.db')}`
    const pool = await pooling(postgres.url, { mode: 'transaction', size: 20 })
    closing.push(pool.close)
    const settings: readonly Setting[] = [
      { ...told, name: 'sqlite', databaseUrl: sqlite, servers: 1 },
      { ...told, name: 'postgres', databaseUrl: postgres.url },
      { ...polled, name: 'postgres, polling only', databaseUrl: pool.url },
    ]
    const figures: Figure[] = []
    for (const setting of settings) figures.push(...(await inSetting(setting, large)))
    return figures
  } finally {
    for (const close of closing) await close()
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
