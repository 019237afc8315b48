/** tokenidp and a peer, asked the same in turn. `npm run bench -- compare`, or with the names of scenarios. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { ROOT } from '../test/support/command.ts'
import { startPostgres } from '../test/support/postgres.ts'
import { applied } from '../test/support/serving.ts'
import { floorOf, peerOf, tokenidpIn } from './contestants.ts'
import { drive } from './drive.ts'
import { load, type Measured } from './load.ts'
import { median } from './median.ts'
import { ours, type Paths, PEER } from './paths.ts'
import type { Contestant } from './process.ts'
import { callOf, SCENARIOS, type Scenario } from './scenarios.ts'

const ROUNDS = Number(process.env.ROUNDS ?? 5)
const SECONDS = 2

export interface Compared {
  readonly scenario: string
  /** The day. */
  readonly on: string
  readonly ours: Measured
  readonly peer: Measured
  readonly floor?: Measured
  /** The median of those of the rounds. */
  readonly requests: number
  readonly cpu: number
  readonly cpuOfFloor?: number
  readonly goal: Scenario['goal']
}

interface Driven {
  readonly contestant: Contestant
  /** For so many seconds. */
  measure(seconds: number): Promise<Measured>
}

async function driven(one: Contestant, ask: Scenario['ask'], paths: Paths): Promise<Driven> {
  if (ask === 'refresh' || ask === 'single sign-on' || ask === 'sign-in') {
    const flow = { flow: ask, paths }
    return { contestant: one, measure: (seconds) => drive(one, flow, seconds) }
  }
  const call = await callOf(ask, one.url, paths)
  return { contestant: one, measure: (seconds) => load(one, call, seconds) }
}

async function scenarioCompared(scenario: Scenario, folder: string): Promise<Compared> {
  const postgres = [scenario.store, scenario.peer].includes('postgres')
    ? await startPostgres('durable')
    : undefined
  const started: Contestant[] = []
  const begun = async (starting: Promise<Contestant>, paths: Paths): Promise<Driven> => {
    const one = await starting
    started.push(one)
    return driven(one, scenario.ask, paths)
  }
  try {
    const database = `sqlite:${join(folder, 'ours.db')}`
    const databaseUrl = scenario.store === 'postgres' ? (postgres?.url ?? '') : database
    const theirs = { ...scenario, format: scenario.peerFormat ?? scenario.format }
    await applied(`${ROOT}config-examples/bench`, databaseUrl)
    const mine = await begun(tokenidpIn(scenario, databaseUrl), ours(scenario.format))
    const peer = await begun(peerOf(theirs, folder, postgres?.url), PEER)
    const floor = scenario.hasFloor ? await begun(floorOf(scenario, folder), PEER) : undefined
    const settle = async (): Promise<void> => postgres && analyzed(postgres.url)
    return await roundsOf(scenario, { mine, peer, floor, settle })
  } finally {
    for (const one of started) await one.stop()
    await postgres?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** As autovacuum does within a minute: until then PostgreSQL plans for tables that it takes for nearly empty. */
async function analyzed(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('analyze')
  await client.end()
}

interface Field {
  readonly mine: Driven
  readonly peer: Driven
  readonly floor: Driven | undefined
  /** Once all are warm. */
  settle(): Promise<void>
}

async function roundsOf(
  scenario: Scenario,
  { mine, peer, floor, settle }: Field,
): Promise<Compared> {
  const field = [mine, peer, ...(floor === undefined ? [] : [floor])]
  for (const each of field) await each.measure(SECONDS) // warms up
  await settle()
  const found = new Map<Driven, Measured[]>(field.map((each) => [each, []]))
  for (let round = 0; round < ROUNDS; round += 1)
    for (const each of round % 2 === 0 ? field : field.toReversed())
      found.get(each)?.push(await each.measure(SECONDS))
  const of = (each: Driven): readonly Measured[] => found.get(each) ?? []
  const ratio = (over: Driven, under: Driven, pick: (measured: Measured) => number): number =>
    median(of(over).map((each, round) => pick(each) / pick(of(under)[round] ?? each)))
  return {
    scenario: scenario.name,
    on: new Date().toISOString().slice(0, 10),
    ours: middle(of(mine)),
    peer: middle(of(peer)),
    requests: ratio(mine, peer, (each) => each.requestsPerSecond),
    cpu: ratio(peer, mine, (each) => each.cpuMicrosPerRequest),
    ...(floor && {
      floor: middle(of(floor)),
      cpuOfFloor: ratio(mine, floor, (each) => each.cpuMicrosPerRequest),
    }),
    goal: scenario.goal,
  }
}

function middle(rounds: readonly Measured[]): Measured {
  const of = (pick: (measured: Measured) => number): number => median(rounds.map(pick))
  return {
    requestsPerSecond: of((each) => each.requestsPerSecond),
    p50Ms: of((each) => each.p50Ms),
    p99Ms: of((each) => each.p99Ms),
    cpuMicrosPerRequest: of((each) => each.cpuMicrosPerRequest),
    residentMegabytes: of((each) => each.residentMegabytes),
  }
}

/** All scenarios whose names begin with one of these words, or all there are. */
export async function compare(words: readonly string[]): Promise<readonly Compared[]> {
  const wanted = SCENARIOS.filter(
    ({ name }) => words.length === 0 || words.some((word) => name.startsWith(word)),
  )
  const compared: Compared[] = []
  for (const scenario of wanted)
    compared.push(await scenarioCompared(scenario, mkdtempSync(join(tmpdir(), 'tokenidp-bench-'))))
  return compared
}

/** All there are in their order, with what was found before of those that were not compared now. */
export function withOthers(
  compared: readonly Compared[],
  before: readonly Compared[],
): readonly Compared[] {
  const all = [...compared, ...before]
  return SCENARIOS.flatMap(({ name }) => all.find(({ scenario }) => scenario === name) ?? [])
}

const short = (value: number): number => Math.round(value * 100) / 100

/** A row of the table that a person reads. */
export const rowOf = ({
  scenario,
  ours: own,
  peer,
  requests,
  cpu,
  cpuOfFloor,
  goal,
}: Compared) => ({
  scenario,
  'req/s': Math.round(own.requestsPerSecond),
  'peer req/s': Math.round(peer.requestsPerSecond),
  '× req/s': short(requests),
  goal: goal.requests,
  'p99 ms': own.p99Ms,
  'µs CPU': Math.round(own.cpuMicrosPerRequest),
  'peer µs': Math.round(peer.cpuMicrosPerRequest),
  '× less CPU': short(cpu),
  'cpu goal': goal.cpu ?? '',
  '× floor CPU': cpuOfFloor === undefined ? '' : short(cpuOfFloor),
  MB: Math.round(own.residentMegabytes),
  'peer MB': Math.round(peer.residentMegabytes),
})
