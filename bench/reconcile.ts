/** Measures plans and applies of a large configuration, on both databases. `npm run bench -- reconcile`. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { openPasswords } from '../src/base/password.ts'
import { systemRandom } from '../src/base/system.ts'
import { readConfiguration, resolveSecrets } from '../src/config/index.ts'
import { apply } from '../src/deploy/apply.ts'
import { makePlan, type Wanted } from '../src/deploy/plan.ts'
import { type ConfigurableStore, openStore } from '../src/store/open.ts'
import { run } from '../test/support/command.ts'
import { startPostgres } from '../test/support/postgres.ts'
import { applicationText, LARGE, writeFixture } from './fixture.ts'

export interface Figure {
  readonly measure: string
  readonly actual: number
  readonly target: number
  readonly unit: 'ms' | 'KB'
}

const SECRET = 'a-secret-of-the-large-configuration'
const ROUNDS = 5

const median = (values: readonly number[]): number =>
  values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0

async function timed<T>(
  work: () => Promise<T>,
): Promise<readonly [milliseconds: number, value: T]> {
  const begin = performance.now()
  const value = await work()
  return [performance.now() - begin, value]
}

function wantedFrom(folder: string): Wanted {
  const read = readConfiguration({ from: folder })
  if (read.outcome !== 'valid') throw new Error(`the fixture is ${read.outcome}`)
  const { secrets } = resolveSecrets(read.state, {
    readEnv: () => SECRET,
    readFile: () => undefined,
  })
  return { desired: read.state, secrets }
}

/** The same steps as the command's, once the documents are valid. Answers the time within the transaction. */
async function planAndApply(store: ConfigurableStore, wanted: Wanted): Promise<number> {
  const live = await store.config.live()
  const plan = makePlan(wanted, live, live.meta.pepper)
  let inside = 0
  const config: typeof store.config = {
    ...store.config,
    async transaction(lockTimeoutMs, work) {
      const [milliseconds, value] = await timed(() => store.config.transaction(lockTimeoutMs, work))
      inside = milliseconds
      return value
    },
  }
  const passwords = openPasswords()
  try {
    await apply(plan, wanted, {
      config,
      random: systemRandom,
      nowMs: Date.now(),
      lockTimeoutMs: 1000,
      hashPassword: (password) => passwords.hash(password),
      sealingKey: () => {
        throw new Error('nothing is sealed here')
      },
      keepSecrets: undefined,
      options: {},
      about: {
        toolVersion: 'bench',
        gitCommit: undefined,
        gitRef: undefined,
        gitDirty: false,
        repoUrl: undefined,
        ciUrl: undefined,
        actor: 'bench',
        reason: undefined,
      },
    })
    return inside
  } finally {
    await passwords.close()
  }
}

async function ofDatabase(name: string, databaseUrl: string, folder: string): Promise<Figure[]> {
  const store = await openStore(databaseUrl, { schema: 'migrate', random: systemRandom })
  const env = { TOKENIDP_DATABASE_URL: databaseUrl, LARGE_SECRET: SECRET, XDG_CACHE_HOME: folder }
  const targets = { sqlite: 2000, postgres: 3000 }[name] ?? 0
  try {
    const validated = wantedFrom(join(folder, 'large'))
    const [first] = await timed(() => planAndApply(store, validated))
    const source = await store.config.source(1)
    const plans: number[] = []
    for (let round = 0; round <= ROUNDS; round += 1) {
      const [milliseconds, { code, stdout }] = await timed(() =>
        run(['plan', '--detailed-exitcode', '-C', join(folder, 'large')], { env }),
      )
      if (code !== 0) throw new Error(`the plan is not empty: ${stdout.slice(0, 500)}`)
      if (round > 0) plans.push(milliseconds) // the first one fills the cache
    }
    const single: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const text = applicationText(0, LARGE.tenants, `Round ${round}`)
      writeFileSync(join(folder, 'large', 'applications-0.yaml'), text + restOfFirstFile())
      single.push(await planAndApply(store, wantedFrom(join(folder, 'large'))))
    }
    return [
      {
        measure: `${name}: plan without changes, warm`,
        actual: median(plans),
        target: 1500,
        unit: 'ms',
      },
      {
        measure: `${name}: first apply after validation`,
        actual: first,
        target: targets,
        unit: 'ms',
      },
      {
        measure: `${name}: one change, in the transaction`,
        actual: median(single),
        target: 300,
        unit: 'ms',
      },
      {
        measure: `${name}: stored revision`,
        actual: (source?.length ?? 0) / 1024,
        target: 300,
        unit: 'KB',
      },
    ]
  } finally {
    await store.close()
  }
}

const restOfFirstFile = (): string =>
  Array.from(
    { length: LARGE.perFile - 1 },
    (_, index) => `---\n${applicationText(index + 1, LARGE.tenants)}`,
  ).join('')

export async function measureReconciliation(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tokenidp-bench-'))
  const postgres = await startPostgres('durable')
  try {
    const figures: Figure[] = []
    for (const [name, url] of [
      ['sqlite', `sqlite:${join(folder, 'large.db')}`],
      ['postgres', postgres.url],
    ] as const) {
      writeFixture(join(folder, 'large'), LARGE)
      figures.push(...(await ofDatabase(name, url, folder)))
    }
    return figures.map((figure) => ({ ...figure, actual: Math.round(figure.actual) }))
  } finally {
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
