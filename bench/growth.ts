/** Measures what a request costs as applications, tenants and stored tokens grow. `npm run bench -- growth`. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { behind } from '../test/support/behind.ts'
import { ROOT } from '../test/support/command.ts'
import { startPostgres } from '../test/support/postgres.ts'
import { applied } from '../test/support/serving.ts'
import { tokenidpFor, tokenidpOn } from './contestants.ts'
import { costOf, ROUNDS, type Stage, withServers } from './cost.ts'
import { signIn } from './flows.ts'
import { applyGrown, fillWith, T0 } from './grown.ts'
import type { Figure } from './median.ts'
import { paced } from './pace.ts'
import { ours } from './paths.ts'
import { residentMegabytes } from './process.ts'
import { personNamed } from './setting.ts'
import { megabytesOf } from './stored-tokens.ts'
import { keptConnections, visitorOf } from './visitor.ts'

/** More of them only where somebody has the time: `GROWTH_TOKENS=10000000`. */
const MOST_TOKENS = Number(process.env.GROWTH_TOKENS ?? 1_000_000)
const MOST_APPLICATIONS = Number(process.env.GROWTH_APPLICATIONS ?? 100_000)
export const GROWTH = { tokens: MOST_TOKENS, applications: MOST_APPLICATIONS, rounds: ROUNDS }

async function ofApplications(folder: string): Promise<readonly Figure[]> {
  const stages: Stage[] = []
  let seconds = 0
  for (const count of [10, 1000, MOST_APPLICATIONS]) {
    const databaseUrl = `sqlite:${join(folder, `applications-${count}.db`)}`
    const size = { tenants: 1, applications: count }
    seconds = await applyGrown(join(folder, `applications-${count}`), databaseUrl, size)
    await (await tokenidpOn(databaseUrl, T0.discovery)).stop() // makes the keys
    stages.push({ count, databaseUrl })
  }
  return withServers(stages, async (grown) => {
    const [least, most] = [grown[0], grown.at(-1)]
    if (least === undefined || most === undefined) return []
    const kilobytes = ((most.idleMegabytes - least.idleMegabytes) * 1024) / (most.count - 10)
    const measure = `${most.count.toLocaleString('en')} applications`
    return [
      { measure: `${measure} applied within`, actual: Math.round(seconds), unit: 's' },
      { measure: `${measure} served after`, actual: Math.round(most.server.readyMs), unit: 'ms' },
      { measure: 'memory per application', actual: Number(kilobytes.toFixed(1)), unit: 'KB' },
      ...(await costOf('applications', grown, 10)),
    ]
  })
}

async function ofTenants(folder: string): Promise<readonly Figure[]> {
  const stages: Stage[] = []
  for (const count of [10, 1000]) {
    const databaseUrl = `sqlite:${join(folder, `tenants-${count}.db`)}`
    const size = { tenants: count, applications: 1000 }
    await applyGrown(join(folder, `tenants-${count}`), databaseUrl, size)
    await (await tokenidpOn(databaseUrl, T0.discovery)).stop() // makes the keys
    stages.push({ count, databaseUrl })
  }
  return withServers(stages, (grown) => costOf('tenants', grown, 10))
}

async function ofTokens(
  name: string,
  folder: string,
  urlOf: (count: number) => Promise<string>,
): Promise<readonly Figure[]> {
  const stages: Stage[] = []
  const filled: Figure[] = []
  for (const count of new Set([0, 1_000_000, MOST_TOKENS])) {
    const databaseUrl = await urlOf(count)
    await applyGrown(join(folder, 'tokens'), databaseUrl, { tenants: 1, applications: 10 })
    filled.push(...(await fillWith(name, databaseUrl, count)))
    stages.push({ count, databaseUrl })
  }
  const costs = await withServers(stages, (grown) => costOf(`tokens on ${name}`, grown, 20))
  return [...filled, ...costs]
}

const SIGN_INS = { perSecond: 8, seconds: 15 }

async function ofSessions(folder: string): Promise<readonly Figure[]> {
  const databaseUrl = `sqlite:${join(folder, 'sessions.db')}`
  await applied(`${ROOT}config-examples/bench`, databaseUrl)
  const signedIn = async (seconds: number): Promise<number> => {
    const server = await tokenidpFor(databaseUrl, 'opaque')
    const agent = keptConnections(16)
    const people = (forSeconds: number) =>
      paced(SIGN_INS.perSecond, forSeconds, async (index) => {
        await signIn(visitorOf(server.url, agent), ours('opaque'), personNamed(index))
        return true
      })
    await people(5) // warms up
    const before = residentMegabytes(server.pid)
    await people(seconds)
    const more = residentMegabytes(server.pid) - before
    agent.destroy()
    await server.stop()
    return more
  }
  await signedIn(0)
  const before = await megabytesOf(databaseUrl)
  const more = await signedIn(SIGN_INS.seconds)
  const stored = (await megabytesOf(databaseUrl)) - before
  const [sessions, all] = [SIGN_INS.seconds, SIGN_INS.seconds + 5].map(
    (each) => each * SIGN_INS.perSecond,
  )
  return [
    { measure: 'memory per session', actual: (more * 1024) / (sessions ?? 1), unit: 'KB' },
    { measure: 'stored per session', actual: (stored * 1000) / (all ?? 1), unit: 'KB' },
  ].map((figure) => ({ ...figure, actual: Number(figure.actual.toFixed(1)) }))
}

export async function measureGrowth(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tokenidp-bench-'))
  const postgres = await startPostgres('durable')
  try {
    const onPostgres = async (count: number): Promise<string> => {
      await behind(postgres.url, `create database tokens_${count}`)
      return postgres.url.replace(/\/postgres$/, `/tokens_${count}`)
    }
    const inFile = async (count: number) => `sqlite:${join(folder, `tokens-${count}.db`)}`
    return [
      ...(await ofApplications(folder)),
      ...(await ofTenants(folder)),
      ...(await ofTokens('SQLite', folder, inFile)),
      ...(await ofTokens('PostgreSQL', folder, onPostgres)),
      ...(await ofSessions(folder)),
    ]
  } finally {
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
