/** Measures how fast expired rows go, and what callers notice of it. `npm run bench -- purge`. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as moment } from 'node:timers/promises'
import autocannon from 'autocannon'
import { systemRandom } from '../src/base/system.ts'
import { openStore } from '../src/store/open.ts'
import { behind } from '../test/support/behind.ts'
import { MASTER_KEY, ROOT } from '../test/support/command.ts'
import { freePort } from '../test/support/free-port.ts'
import { startPostgres } from '../test/support/postgres.ts'
import { applied } from '../test/support/serving.ts'
import { ours } from './paths.ts'
import { type Contestant, contestant } from './process.ts'
import { callOf } from './scenarios.ts'

interface Figure {
  readonly measure: string
  readonly actual: number
  readonly target: number
  readonly unit: string
}

export const ROWS = 1_000_000
export const PER_SECOND = 300
const CALM_SECONDS = 20
const MOST_SECONDS = 300
const LOOK_MS = 250
const TABLE = 'access_token'

interface Server extends Contestant {
  /** How many rows of the table it has removed. */
  removed(): Promise<number>
}

async function started(databaseUrl: string): Promise<Server> {
  const listen = `127.0.0.1:${await freePort()}`
  const metrics = `127.0.0.1:${await freePort()}`
  const server = await contestant({
    name: 'tokenidp',
    args: [
      `${ROOT}bin/tokenidp.js`,
      'serve',
      ...['--listen', listen, '--public-url', `http://${listen}`, '--metrics-listen', metrics],
    ],
    url: `http://${listen}`,
    first: ours('opaque').discovery,
    env: { TOKENIDP_DATABASE_URL: databaseUrl, TOKENIDP_MASTER_KEY: MASTER_KEY },
  })
  const sample = new RegExp(`^tokenidp_purged_rows_total\\{table="${TABLE}"\\} (\\d+)$`, 'm')
  return {
    ...server,
    async removed() {
      const text = await (await fetch(`http://${metrics}/metrics`)).text()
      return Number(sample.exec(text)?.[1] ?? 0)
    },
  }
}

/** Rows of a day long ago, in the order of their keys, as a server would have left them. */
async function fill(databaseUrl: string): Promise<void> {
  const store = await openStore(databaseUrl, { schema: 'require', random: systemRandom })
  const { objects } = await store.config.live()
  await store.close()
  const tenant = objects.find(({ kind, name }) => kind === 'Tenant' && name === 'opaque')?.uid
  const at = '1700000000000 + n'
  const [key, numbers] = databaseUrl.startsWith('sqlite:')
    ? [
        `unhex(printf('%012x', ${at}) || hex(randomblob(32)))`,
        `(with recursive s(n) as (select 1 union all select n + 1 from s where n < ${ROWS}) select n from s)`,
      ]
    : [
        `decode(lpad(to_hex(${at}), 12, '0'), 'hex') || sha256(n::text::bytea)`,
        `generate_series(1::bigint, ${ROWS}) as s(n)`,
      ]
  await behind(
    databaseUrl,
    `insert into ${TABLE} (tenant, key, application_uid, subject, scope, audience, format,
      issued_at, expires_at) select '${tenant}', ${key}, 'svc', 'svc', 'read',
      'https://api.example.com', 'opaque', 1700000000, 1700000900 from ${numbers}`,
  )
}

async function load({ url }: Server, duration: number) {
  const { path, form } = await callOf('token', url, ours('opaque'))
  const result = Promise.withResolvers<autocannon.Result>()
  const instance = autocannon(
    {
      url: url + path,
      connections: 10,
      overallRate: PER_SECOND,
      duration,
      method: 'POST' as const,
      body: new URLSearchParams(form).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    },
    (error, found) => (error ? result.reject(error) : result.resolve(found)),
  )
  return { result: result.promise, stop: () => instance.stop() }
}

/** Rows a second, from the first look at which some are gone to the one at which all are. */
async function untilGone(server: Server): Promise<number> {
  let first: { readonly at: number; readonly rows: number } | undefined
  const end = performance.now() + MOST_SECONDS * 1000
  while (performance.now() < end) {
    const rows = await server.removed()
    const at = performance.now()
    if (rows > 0) first ??= { at, rows }
    if (rows >= ROWS && first !== undefined)
      return ((rows - first.rows) * 1000) / Math.max(1, at - first.at)
    await moment(LOOK_MS)
  }
  throw new Error(`${await server.removed()} of ${ROWS} rows are gone after ${MOST_SECONDS} s`)
}

async function inDatabase(name: string, databaseUrl: string): Promise<readonly Figure[]> {
  await applied(`${ROOT}config-examples/bench`, databaseUrl)
  const idle = await started(databaseUrl)
  await (await load(idle, 3)).result // warms up
  const calm = await (await load(idle, CALM_SECONDS)).result
  await idle.stop()
  await fill(databaseUrl)
  const busy = await started(databaseUrl)
  try {
    await (await load(busy, 1)).result
    const loading = await load(busy, MOST_SECONDS)
    const rowsPerSecond = await untilGone(busy)
    loading.stop()
    const found = await loading.result
    const failed = calm.non2xx + calm.errors + found.non2xx + found.errors
    const more = (100 * (found.latency.p99 - calm.latency.p99)) / calm.latency.p99
    return [
      { measure: `${name}: rows removed`, actual: rowsPerSecond, target: 20_000, unit: 'a second' },
      { measure: `${name}: p99 without`, actual: calm.latency.p99, target: 10, unit: 'ms' },
      { measure: `${name}: p99 meanwhile`, actual: found.latency.p99, target: 10, unit: 'ms' },
      { measure: `${name}: p99 is longer by`, actual: more, target: 10, unit: '%' },
      { measure: `${name}: failed requests`, actual: failed, target: 0, unit: 'requests' },
    ].map((figure) => ({ ...figure, actual: Math.round(figure.actual) }))
  } finally {
    await busy.stop()
  }
}

export async function measurePurge(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tokenidp-bench-'))
  const postgres = await startPostgres('durable')
  try {
    return [
      ...(await inDatabase('sqlite', `sqlite:${join(folder, 'purge.db')}`)),
      ...(await inDatabase('postgres', postgres.url)),
    ]
  } finally {
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
