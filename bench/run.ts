/**
 * Measures a built `tokenidp serve` on loopback and prints requests per second, latency and the
 * server's CPU time per request. `npm run bench`, or `npm run bench -- token jwks`.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import autocannon from 'autocannon'
import { ROOT } from '../test/support/command.ts'
import { writeComparison } from '../test/support/comparison.ts'
import { WORKER } from '../test/support/quickstart.ts'
import { applied, serving } from '../test/support/serving.ts'
import { type Compared, compare, rowOf } from './compare.ts'
import { LARGE } from './fixture.ts'
import { GROWTH, measureGrowth } from './growth.ts'
import { CONNECTIONS } from './load.ts'
import { measurePurge, PER_SECOND, ROWS } from './purge.ts'
import { measureReconciliation } from './reconcile.ts'
import { measureRollOut } from './roll-out.ts'
import { SCENARIOS } from './scenarios.ts'
import { measureStart } from './start.ts'
import { measureStorm, STORM } from './storm.ts'
import { measureValidation } from './validate.ts'

const ROUNDS = 3
const SECONDS = 4

const TICKS_PER_SECOND = 100

interface Scenario {
  readonly name: string
  readonly path: string
  readonly form?: Readonly<Record<string, string>>
}

interface Measured {
  readonly scenario: string
  readonly requestsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly cpuMicrosPerRequest: number
  readonly refused: number
}

const authorization = `Basic ${Buffer.from(`${WORKER.id}:${WORKER.secret}`).toString('base64')}`

async function scenarios(issuer: string): Promise<readonly Scenario[]> {
  const form = { grant_type: 'client_credentials', scope: WORKER.scope }
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization },
    body: new URLSearchParams(form),
  })
  const { access_token: token = '' } = (await answer.json()) as { access_token?: string }
  return [
    { name: 'token', path: '/token', form },
    { name: 'introspect', path: '/introspect', form: { token } },
    { name: 'discovery', path: '/.well-known/openid-configuration' },
    { name: 'jwks', path: '/jwks.json' },
  ]
}

/** Seconds of processor time that a process has had (user and system, from /proc). */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

const median = (values: readonly number[]): number =>
  values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0

async function round(issuer: string, pid: number, scenario: Scenario): Promise<Measured> {
  const before = cpuSeconds(pid)
  const result = await autocannon({
    url: `${issuer}${scenario.path}`,
    connections: CONNECTIONS,
    duration: SECONDS,
    ...(scenario.form && {
      method: 'POST' as const,
      body: new URLSearchParams(scenario.form).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', authorization },
    }),
  })
  const answered = result['2xx']
  return {
    scenario: scenario.name,
    requestsPerSecond: Math.round(answered / result.duration),
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    cpuMicrosPerRequest: Math.round(((cpuSeconds(pid) - before) * 1e6) / answered),
    refused: result.non2xx + result.errors,
  }
}

function middle(rounds: readonly Measured[]): Measured {
  const of = (pick: (measured: Measured) => number): number => median(rounds.map(pick))
  return {
    scenario: rounds[0]?.scenario ?? '',
    requestsPerSecond: of((m) => m.requestsPerSecond),
    p50Ms: of((m) => m.p50Ms),
    p99Ms: of((m) => m.p99Ms),
    cpuMicrosPerRequest: of((m) => m.cpuMicrosPerRequest),
    refused: rounds.reduce((sum, m) => sum + m.refused, 0),
  }
}

/** The quickstart, for a guest who asks for more documents than its limits foresee. */
function projectIn(folder: string): string {
  cpSync(`${ROOT}config-examples/quickstart`, folder, { recursive: true })
  const file = `${folder}/tokenidp.yaml`
  const limits = '\n  rateLimits:\n    documents: 10000000'
  writeFileSync(file, readFileSync(file, 'utf8').replace(/\n +publicUrl: .*/, `$&${limits}`))
  return folder
}

async function measure(wanted: readonly string[]): Promise<readonly Measured[]> {
  const folder = mkdtempSync(`${tmpdir()}/tokenidp-bench-`)
  const databaseUrl = `sqlite:${folder}/bench.db`
  await applied(projectIn(folder), databaseUrl)
  const server = await serving({ databaseUrl })
  try {
    const issuer = server.issuer('acme')
    const pid = server.running.child.pid ?? 0
    const measured: Measured[] = []
    for (const scenario of await scenarios(issuer)) {
      if (wanted.length > 0 && !wanted.includes(scenario.name)) continue
      await round(issuer, pid, scenario) // warms up, not counted
      const rounds: Measured[] = []
      for (let i = 0; i < ROUNDS; i += 1) rounds.push(await round(issuer, pid, scenario))
      measured.push(middle(rounds))
    }
    return measured
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

const asked = process.argv.slice(2)
const isAsked = (name: string): boolean => asked.length === 0 || asked.includes(name)
const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version }
mkdirSync(`${ROOT}bench/results`, { recursive: true })

function keep(name: string, setting: object, measured: unknown): void {
  const text = JSON.stringify({ machine, setting, measured }, null, 2)
  writeFileSync(`${ROOT}bench/results/${name}.json`, `${text}\n`)
}

const PEER_VERSION: string = JSON.parse(
  readFileSync(`${ROOT}node_modules/oidc-provider/package.json`, 'utf8'),
).version

/** What was not asked for stays as it was found last. */
function withOthers(compared: readonly Compared[]): readonly Compared[] {
  const before = JSON.parse(readFileSync(`${ROOT}bench/results/compare.json`, 'utf8'))
  const all: readonly Compared[] = [...compared, ...before.measured]
  return SCENARIOS.flatMap(({ name }) => all.find(({ scenario }) => scenario === name) ?? [])
}

const large = { tenants: LARGE.tenants, applications: LARGE.applications }

/** What is kept of each beside its figures, and how they are taken. */
const MEASURES: ReadonlyMap<string, readonly [setting: object, take: () => Promise<unknown>]> =
  new Map([
    ['reconcile', [large, measureReconciliation]],
    ['roll-out', [large, measureRollOut]],
    ['validate', [large, measureValidation]],
    ['purge', [{ expiredRows: ROWS, requestsPerSecond: PER_SECOND }, measurePurge]],
    ['start', [{ database: 'sqlite', project: 'config-examples/bench' }, measureStart]],
    ['storm', [STORM, measureStorm]],
    ['growth', [GROWTH, measureGrowth]],
  ])

for (const [name, [setting, take]] of MEASURES) {
  if (!isAsked(name)) continue
  const figures = await take()
  console.table(figures)
  keep(name, setting, figures)
}
const [first, ...others] = asked
if (first === 'compare') {
  const compared = await compare(others)
  console.table(compared.map(rowOf))
  keep('compare', { connections: CONNECTIONS, peer: PEER_VERSION }, withOthers(compared))
  writeComparison()
} else if (asked.length === 0 || asked.some((name) => !MEASURES.has(name))) {
  const measured = await measure(asked)
  console.table(measured)
  const setting = { database: 'sqlite, synchronous=FULL', connections: CONNECTIONS, rounds: ROUNDS }
  keep('latest', setting, measured)
}
