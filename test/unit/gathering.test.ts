import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { gathering } from '../../src/store/gathering.ts'

const REFUSED = Object.assign(new Error('duplicate key'), { code: '23505' })

/** What was run, and a way to let each run end. */
function aScene() {
  const runs: { readonly items: readonly number[]; readonly end: (error?: Error) => void }[] = []
  const ask = gathering<number, string>(
    (items) =>
      new Promise((resolve, reject) => {
        const end = (error?: Error) =>
          error === undefined ? resolve(items.map((item) => `of ${item}`)) : reject(error)
        runs.push({ items, end })
      }),
  )
  const counts = () => runs.map(({ items }) => items.length)
  const endAll = async () => {
    for (let ended = 0; ended < runs.length; ended += 1) {
      runs[ended]?.end()
      await vi.advanceTimersByTimeAsync(1)
    }
  }
  return { runs, ask, counts, endAll }
}

const turn = () => vi.advanceTimersByTimeAsync(0)
const range = (from: number, count: number) => Array.from({ length: count }, (_, at) => from + at)

describe('what is asked together', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('in one turn is one run, in which each gets its own answer', async () => {
    const { ask, counts, endAll } = aScene()
    const answers = Promise.all(range(0, 20).map(ask))
    await turn()
    await endAll()
    expect(await answers).toEqual(range(0, 20).map((item) => `of ${item}`))
    expect(counts()).toEqual([20])
  })

  test('while a run is under way waits for it, and is the next one', async () => {
    const { runs, ask, counts, endAll } = aScene()
    const first = ask(0)
    await turn()
    const later = Promise.all(range(1, 3).map(ask))
    await turn()
    expect(counts()).toEqual([1])
    runs[0]?.end()
    await turn()
    expect(counts()).toEqual([1, 3])
    await endAll()
    expect([await first, ...(await later)]).toEqual(range(0, 4).map((item) => `of ${item}`))
  })

  test('beyond 500 is several runs', async () => {
    const { ask, counts, endAll } = aScene()
    const answers = Promise.all(range(0, 1201).map(ask))
    await turn()
    await endAll()
    expect(await answers).toHaveLength(1201)
    expect(counts()).toEqual([500, 500, 201])
  })

  test('fails together, and the next run goes on', async () => {
    const { runs, ask, endAll } = aScene()
    const failing = Promise.allSettled([ask(0), ask(1)])
    await turn()
    runs[0]?.end(new Error('connection terminated'))
    await turn()
    expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    const next = ask(2)
    await turn()
    await endAll()
    expect(await next).toBe('of 2')
  })

  test('is tried one by one where values are refused', async () => {
    const { runs, ask, counts } = aScene()
    const settled = Promise.allSettled([ask(0), ask(1)])
    await turn()
    runs[0]?.end(REFUSED)
    await turn()
    expect(counts()).toEqual([2, 1, 1])
    runs[1]?.end(REFUSED)
    runs[2]?.end()
    await turn()
    expect(await settled).toEqual([
      { status: 'rejected', reason: REFUSED },
      { status: 'fulfilled', value: 'of 1' },
    ])
  })

  test('with a connection that is silent holds up nobody who comes after', async () => {
    const { runs, ask, counts } = aScene()
    const silent = ask(0)
    await turn()
    const others = Promise.all(range(1, 4).map(ask))
    await vi.advanceTimersByTimeAsync(50)
    expect(counts()).toEqual([1, 4])
    runs[1]?.end()
    expect(await others).toHaveLength(4)
    const next = ask(5)
    await turn()
    runs[2]?.end()
    expect(await next).toBe('of 5')
    runs[0]?.end()
    expect(await silent).toBe('of 0')
  })
})
