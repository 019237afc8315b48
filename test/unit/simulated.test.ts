import { describe, expect, test } from 'vitest'
import { type Demand, type Site, simulate } from '../../bench/simulated.ts'
import { numbersFrom } from '../../bench/simulation.ts'

const COSTS = { request: 100, statement: 80, row: 10, flush: 500, logRow: 1, roundTrip: 60 }
const ONE: Site = { processes: 1, databaseCores: 1 }

const simulated = (demand: Demand, site = ONE) =>
  simulate(COSTS, site, demand, { seconds: 5, random: numbersFrom(7) })

describe('processes before a PostgreSQL, simulated', () => {
  test('who is alone waits for everything in turn', () => {
    const inTurn = 100 + 80 + 10 + 500 + 1 + 60
    const { perSecond, rowsPerFlush } = simulated({ clients: 1 })
    expect(perSecond / (1e6 / inTurn)).toBeCloseTo(1, 1)
    expect(rowsPerFlush).toBeCloseTo(1, 1)
  })

  test('those who wait together share a flush', () => {
    const [alone, together] = [simulated({ clients: 1 }), simulated({ clients: 32 })]
    expect(together.rowsPerFlush).toBeGreaterThan(4)
    expect(together.perSecond).toBeGreaterThan(alone.perSecond * 5)
  })

  test('no more is answered than a process can work off, and than comes', () => {
    expect(simulated({ perSecond: 50_000 }).perSecond).toBeLessThan(10_500)
    const { perSecond, processBusy } = simulated({ perSecond: 5000 })
    expect(perSecond / 5000).toBeCloseTo(1, 1)
    expect(processBusy).toBeCloseTo(0.5, 1)
  })

  test('where the cores of PostgreSQL are short, more of them answer more', () => {
    const site = { processes: 32, databaseCores: 1 }
    const [few, more] = [1, 4].map((databaseCores) =>
      simulated({ perSecond: 150_000 }, { ...site, databaseCores }),
    )
    expect(few?.databaseBusy).toBeGreaterThan(0.95)
    expect(more?.perSecond).toBeGreaterThan((few?.perSecond ?? 0) * 1.2)
  })
})
