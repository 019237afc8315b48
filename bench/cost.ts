/** What the same request costs servers that differ in how much there is. */
import { setTimeout as moment } from 'node:timers/promises'
import { tokenidpOn } from './contestants.ts'
import { T0 } from './grown.ts'
import { load, type Measured } from './load.ts'
import { type Figure, median } from './median.ts'
import { type Contestant, residentMegabytes } from './process.ts'
import { callOf } from './scenarios.ts'

export const ROUNDS = Number(process.env.ROUNDS ?? 5)
const SECONDS = 2
const IDLE_MS = 2000
const ASKS = ['token', 'introspect'] as const

export interface Stage {
  readonly count: number
  readonly databaseUrl: string
}

export interface Grown extends Stage {
  readonly server: Contestant
  readonly idleMegabytes: number
}

/** One server for each stage, at the same time; they are idle for a while first. */
export async function withServers<T>(
  stages: readonly Stage[],
  work: (grown: readonly Grown[]) => Promise<T>,
): Promise<T> {
  const started: (Stage & { readonly server: Contestant })[] = []
  try {
    for (const stage of stages)
      started.push({ ...stage, server: await tokenidpOn(stage.databaseUrl, T0.discovery) })
    await moment(IDLE_MS)
    return await work(
      started.map((each) => ({ ...each, idleMegabytes: residentMegabytes(each.server.pid) })),
    )
  } finally {
    for (const { server } of started) await server.stop()
  }
}

interface Rounds {
  readonly count: number
  readonly measured: Measured[]
}

/** Each in turn with the others, so that the ratio to the least is one of the same moment. */
async function roundsOf(
  ask: (typeof ASKS)[number],
  grown: readonly Grown[],
): Promise<readonly Rounds[]> {
  const asked = []
  for (const { count, server } of grown) {
    const call = await callOf(ask, server.url, T0)
    await load(server, call, SECONDS) // warms up
    asked.push({ count, server, call, measured: [] as Measured[] })
  }
  for (let round = 0; round < ROUNDS; round += 1)
    for (const { server, call, measured } of round % 2 === 0 ? asked : asked.toReversed())
      measured.push(await load(server, call, SECONDS))
  return asked
}

const cpu = ({ cpuMicrosPerRequest }: Measured): number => cpuMicrosPerRequest

function figuresOf(measure: string, { measured }: Rounds): readonly Figure[] {
  const requests = median(measured.map((each) => each.requestsPerSecond))
  return [
    { measure, actual: Math.round(median(measured.map(cpu))), unit: 'µs CPU' },
    { measure, actual: Math.round(requests), unit: 'req/s' },
  ]
}

/** In percent of the processor time, as the median of the rounds. */
const moreThan = (least: Rounds, { measured }: Rounds): number =>
  median(measured.map((each, round) => 100 * (cpu(each) / cpu(least.measured[round] ?? each) - 1)))

export async function costOf(
  what: string,
  grown: readonly Grown[],
  goal: number,
): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  for (const ask of ASKS) {
    const [least, ...others] = await roundsOf(ask, grown)
    if (least === undefined) continue
    const named = ({ count }: Rounds): string => `${ask} with ${count.toLocaleString('en')} ${what}`
    figures.push(...figuresOf(named(least), least))
    for (const other of others) {
      const more = Math.round(moreThan(least, other))
      figures.push(...figuresOf(named(other), other))
      figures.push({ measure: named(other), actual: more, goal, unit: '% more CPU' })
    }
  }
  return figures
}
