import { refresh, signIn, singleSignOn } from './flows.ts'
import type { Measured } from './load.ts'
import type { Paths } from './paths.ts'
import { type Contestant, cpuMicros, residentMegabytes } from './process.ts'
import type { Flow } from './scenarios.ts'
import { personNamed } from './setting.ts'
import { keptConnections, visitorOf } from './visitor.ts'

/** People at a time. */
const VISITORS = 8

/** One person's next time; it throws where anything but the wanted comes back. */
type Turn = () => Promise<void>

/** Lets eight people do the same again and again. What it counts are flows, not requests. */
export async function drive(
  { pid, url }: Contestant,
  { flow, paths }: { readonly flow: Flow; readonly paths: Paths },
  seconds: number,
): Promise<Measured> {
  const agent = keptConnections(VISITORS)
  const indices = Array.from({ length: VISITORS }, (_, index) => index)
  const turns = await Promise.all(indices.map((index) => begun(flow, { url, paths, index, agent })))
  const durations: number[] = []
  const before = cpuMicros(pid)
  const begin = performance.now()
  await Promise.all(
    turns.map(async (turn) => {
      while (performance.now() - begin < seconds * 1000) {
        const started = performance.now()
        await turn()
        durations.push(performance.now() - started)
      }
    }),
  )
  const elapsed = (performance.now() - begin) / 1000
  agent.destroy()
  const sorted = durations.sort((left, right) => left - right)
  const at = (share: number): number => sorted[Math.ceil(sorted.length * share) - 1] ?? 0
  return {
    requestsPerSecond: sorted.length / elapsed,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    cpuMicrosPerRequest: (cpuMicros(pid) - before) / sorted.length,
    residentMegabytes: residentMegabytes(pid),
  }
}

interface Beginning {
  readonly url: string
  readonly paths: Paths
  readonly index: number
  readonly agent: ReturnType<typeof keptConnections>
}

async function begun(flow: Flow, { url, paths, index, agent }: Beginning): Promise<Turn> {
  const person = personNamed(index)
  if (flow === 'sign-in')
    return async () => {
      await signIn(visitorOf(url, agent), paths, person)
    }
  const visitor = visitorOf(url, agent)
  let { refresh_token: token } = await signIn(visitor, paths, person)
  if (flow === 'single sign-on')
    return async () => {
      await singleSignOn(visitor, paths)
    }
  return async () => {
    token = (await refresh(visitor, paths, token)).refresh_token
  }
}
