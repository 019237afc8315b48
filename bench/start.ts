/** Measures how long a server takes to its first answer, and what it holds idle. `npm run bench -- start`. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as moment } from 'node:timers/promises'
import { ROOT } from '../test/support/command.ts'
import { applied } from '../test/support/serving.ts'
import { peerOf, tokenidpFor } from './contestants.ts'
import { type Figure, median } from './median.ts'
import { type Contestant, residentMegabytes } from './process.ts'

const ROUNDS = 7
const IDLE_MS = 2000

interface Start {
  readonly readyMs: number
  readonly idleMegabytes: number
}

async function started(starting: Promise<Contestant>): Promise<Start> {
  const { pid, readyMs, stop } = await starting
  await moment(IDLE_MS)
  const idleMegabytes = residentMegabytes(pid)
  await stop()
  return { readyMs, idleMegabytes }
}

interface Round {
  readonly own: Start
  readonly peer: Start
}

async function rounds(databaseUrl: string, folder: string): Promise<readonly Round[]> {
  const peer = { peer: 'memory', format: 'opaque' } as const
  const one = async (): Promise<Round> => ({
    own: await started(tokenidpFor(databaseUrl, 'opaque')),
    peer: await started(peerOf(peer, folder)),
  })
  await one() // makes the keys, and reads the files of both from the disk
  const done: Round[] = []
  for (let round = 0; round < ROUNDS; round += 1) done.push(await one())
  return done
}

/** In turn, because whatever else the machine does meets both then. */
export async function measureStart(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tokenidp-bench-'))
  try {
    const databaseUrl = `sqlite:${join(folder, 'start.db')}`
    await applied(`${ROOT}config-examples/bench`, databaseUrl)
    const done = await rounds(databaseUrl, folder)
    const of = (pick: (round: Round) => number): number => median(done.map(pick))
    const ratio = of(({ own, peer }) => own.readyMs / peer.readyMs)
    return [
      { measure: 'first answer', actual: Math.round(of(({ own }) => own.readyMs)), unit: 'ms' },
      {
        measure: 'first answer of the peer',
        actual: Math.round(of(({ peer }) => peer.readyMs)),
        unit: 'ms',
      },
      { measure: 'first answer', actual: Number(ratio.toFixed(2)), goal: 0.9, unit: '× the peer' },
      {
        measure: 'memory when idle',
        actual: Math.round(of(({ own }) => own.idleMegabytes)),
        goal: 85,
        unit: 'MB',
      },
      {
        measure: 'memory of the peer when idle',
        actual: Math.round(of(({ peer }) => peer.idleMegabytes)),
        unit: 'MB',
      },
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
