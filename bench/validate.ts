/** Measures `validate` of large configurations, and how long it takes to start. `npm run bench -- validate`. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from '../test/support/command.ts'
import { LARGE, type Size, writeFixture } from './fixture.ts'

interface Figure {
  readonly measure: string
  readonly actual: number
  readonly target: number
  readonly unit: 'ms' | 'MB' | '× node -e 0'
  /** Of all processors, user and system: the same on a busy machine. */
  readonly cpuMs?: number
}

interface Run {
  readonly wallMs: number
  readonly cpuMs: number
  readonly peakMb: number
}

const BIN = `${ROOT}bin/tokenidp.js`
const STARTS = 15
const ROUNDS = 3

const middle = (runs: readonly Run[], of: (run: Run) => number): number =>
  runs.map(of).toSorted((left, right) => left - right)[Math.floor(runs.length / 2)] ?? 0

const wall = ({ wallMs }: Run): number => wallMs
const cpu = ({ cpuMs }: Run): number => cpuMs
const peak = ({ peakMb }: Run): number => peakMb

/** What the process itself says of its use when it ends. */
const TELLS = `data:text/javascript,${encodeURIComponent(
  `import { writeFileSync } from 'node:fs'
   process.on('exit', () => writeFileSync(process.env.USED_BY_BENCH, String(process.resourceUsage().maxRSS)))`,
)}`

interface Place {
  readonly folder: string
  readonly cwd: string
}

/** A process of Node from its start to its end, as bash counts it. */
async function timed(words: readonly string[], { folder, cwd }: Place): Promise<Run> {
  const used = join(folder, 'used')
  const script = `TIMEFORMAT='%R %U %S'; time "$0" "$@" > /dev/null 2> '${join(folder, 'said')}'`
  const child = spawn('bash', ['-c', script, process.execPath, ...words], {
    cwd,
    env: { PATH: process.env.PATH, HOME: folder, XDG_CACHE_HOME: folder, USED_BY_BENCH: used },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let times = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    times += text
  })
  const [code] = await once(child, 'close')
  if (code !== 0)
    throw new Error(`${words.join(' ')}: ${readFileSync(join(folder, 'said'), 'utf8')}`)
  const [real = 0, user = 0, system = 0] = times.trim().split(' ').map(Number)
  const kilobytes = words.includes(TELLS) ? Number(readFileSync(used, 'utf8')) : 0
  return { wallMs: real * 1000, cpuMs: (user + system) * 1000, peakMb: kilobytes / 1024 }
}

async function rounds(
  count: number,
  words: readonly string[],
  place: Place,
): Promise<readonly Run[]> {
  const runs: Run[] = []
  for (let round = 0; round < count; round += 1) runs.push(await timed(words, place))
  return runs
}

const told = (words: readonly string[]): readonly string[] => ['--import', TELLS, BIN, ...words]

interface Case {
  readonly measure: string
  readonly size: Size
  readonly targetMs: number
  readonly targetMb?: number
  readonly isWarm?: boolean
}

const CASES: readonly Case[] = [
  { measure: 'cold, 10,000 applications in 100 files', size: LARGE, targetMs: 5000, targetMb: 400 },
  { measure: 'warm, 10,000 applications in 100 files', size: LARGE, targetMs: 1200, isWarm: true },
  {
    measure: 'cold, 10,000 applications in 10,000 files',
    size: { ...LARGE, perFile: 1 },
    targetMs: 9000,
  },
  {
    measure: 'cold, 1,000 applications in 10 files',
    size: { ...LARGE, applications: 1000 },
    targetMs: 1000,
  },
]

async function validated({ measure, size, targetMs, targetMb, isWarm }: Case): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tokenidp-bench-'))
  try {
    const cwd = join(folder, 'large')
    writeFixture(cwd, size)
    const words = told(['validate', ...(isWarm ? [] : ['--no-cache'])])
    if (isWarm) await timed(words, { folder, cwd }) // fills the cache
    const runs = await rounds(ROUNDS, words, { folder, cwd })
    const time: Figure = {
      measure: `validate ${measure}`,
      actual: middle(runs, wall),
      target: targetMs,
      unit: 'ms',
      cpuMs: middle(runs, cpu),
    }
    if (targetMb === undefined) return [time]
    const memory: Figure = {
      measure: `${time.measure}: peak memory`,
      actual: middle(runs, peak),
      target: targetMb,
      unit: 'MB',
    }
    return [time, memory]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** In turn with a Node that does nothing, so that whatever else the machine does meets both. */
async function started(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tokenidp-bench-'))
  const place = { folder, cwd: `${ROOT}config-examples/quickstart` }
  const commands: ReadonlyMap<string, readonly string[]> = new Map([
    ['node', ['-e', '0']],
    ['--help', [BIN, '--help']],
    ['version', [BIN, 'version']],
    ['completion', [BIN, '__complete', '--', 'keys', 'list', '']],
  ])
  const runs = new Map<string, Run[]>([...commands.keys()].map((name) => [name, []]))
  try {
    for (let round = 0; round < STARTS; round += 1)
      for (const [name, words] of commands) runs.get(name)?.push(await timed(words, place))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const of = (name: string, pick: (run: Run) => number): number =>
    middle(runs.get(name) ?? [], pick)
  const ratio = (name: string): Figure => ({
    measure: name,
    actual: of(name, wall) / of('node', wall),
    target: 1.4,
    unit: '× node -e 0',
    cpuMs: of(name, cpu),
  })
  const completion: Figure = {
    measure: 'completion of a tenant',
    actual: of('completion', wall),
    target: 150,
    unit: 'ms',
    cpuMs: of('completion', cpu),
  }
  return [ratio('--help'), ratio('version'), completion]
}

const rounded = (figure: Figure): Figure => ({
  ...figure,
  actual: figure.unit.startsWith('×')
    ? Number(figure.actual.toFixed(2))
    : Math.round(figure.actual),
  ...(figure.cpuMs === undefined ? {} : { cpuMs: Math.round(figure.cpuMs) }),
})

export async function measureValidation(): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  for (const each of CASES) figures.push(...(await validated(each)))
  return [...figures, ...(await started())].map(rounded)
}
