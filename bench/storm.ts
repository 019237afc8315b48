/** Measures what token requests notice of people who sign in with passwords. `npm run bench -- storm`. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from '../test/support/command.ts'
import { applied } from '../test/support/serving.ts'
import { tokenidpFor } from './contestants.ts'
import { signIn } from './flows.ts'
import { type Figure, median } from './median.ts'
import { type Paced, paced, percentile } from './pace.ts'
import { ours } from './paths.ts'
import { callOf } from './scenarios.ts'
import { personNamed } from './setting.ts'
import { keptConnections, visitorOf } from './visitor.ts'

export const STORM = { tokensPerSecond: 500, signInsPerSecond: 8, seconds: 10, rounds: 3 }
const CONNECTIONS = 64

interface Round {
  readonly quiet: Paced
  readonly stormy: Paced
  readonly signIns: Paced
}

interface Load {
  tokens(seconds: number): Promise<Paced>
  signIns(seconds: number): Promise<Paced>
}

async function loadOf(url: string): Promise<Load> {
  const paths = ours('es256')
  const { path, form } = await callOf('token', url, paths)
  const agent = keptConnections(CONNECTIONS)
  const client = visitorOf(url, agent)
  const asked = form === undefined ? {} : { form }
  return {
    tokens: (seconds) =>
      paced(STORM.tokensPerSecond, seconds, async () => {
        const { status } = await client.behind(path, asked)
        return status === 200
      }),
    signIns: (seconds) =>
      paced(STORM.signInsPerSecond, seconds, async (index) => {
        await signIn(visitorOf(url, agent), paths, personNamed(index))
        return true
      }),
  }
}

async function rounds({ tokens, signIns }: Load): Promise<readonly Round[]> {
  await Promise.all([tokens(3), signIns(3)]) // warms up
  const done: Round[] = []
  for (let round = 0; round < STORM.rounds; round += 1) {
    const quiet = await tokens(STORM.seconds)
    const [stormy, people] = await Promise.all([tokens(STORM.seconds), signIns(STORM.seconds)])
    done.push({ quiet, stormy, signIns: people })
  }
  return done
}

const p99 = ({ milliseconds }: Paced): number => percentile(milliseconds, 0.99)
const rounded = (value: number): number => Number(value.toFixed(2))

export async function measureStorm(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tokenidp-bench-'))
  const databaseUrl = `sqlite:${join(folder, 'storm.db')}`
  await applied(`${ROOT}config-examples/bench`, databaseUrl)
  const server = await tokenidpFor(databaseUrl, 'es256')
  try {
    const done = await rounds(await loadOf(server.url))
    const of = (pick: (round: Round) => number): number => rounded(median(done.map(pick)))
    const refused = (pick: (round: Round) => Paced): number =>
      done.reduce((sum, round) => sum + pick(round).refused, 0)
    const tokensRefused = refused(({ quiet }) => quiet) + refused(({ stormy }) => stormy)
    return [
      { measure: 'token p99, quiet', actual: of(({ quiet }) => p99(quiet)), unit: 'ms' },
      {
        measure: 'token p99 while people sign in',
        actual: of(({ stormy }) => p99(stormy)),
        goal: 10,
        unit: 'ms',
      },
      {
        measure: 'token p99 while people sign in',
        actual: of(({ quiet, stormy }) => p99(stormy) / p99(quiet)),
        goal: 3,
        unit: '× quiet',
      },
      { measure: 'sign-in p99', actual: of(({ signIns }) => p99(signIns)), unit: 'ms' },
      { measure: 'tokens refused', actual: tokensRefused, goal: 0, unit: 'requests' },
      {
        measure: 'sign-ins refused',
        actual: refused(({ signIns }) => signIns),
        goal: 0,
        unit: 'sign-ins',
      },
    ]
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
