import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { interruptionOn } from '../../src/cli/interruption.ts'
import type { StopSignal } from '../../src/cli/io.ts'
import { type TimeLimit, timeLimit } from '../../src/cli/time-limit.ts'

function aCommand(limit?: TimeLimit) {
  let send: (signal: StopSignal) => void = () => undefined
  const onStop = (listener: (signal: StopSignal) => void) => {
    send = listener
  }
  const interruption = interruptionOn({ onStop }, limit)
  return { interruption, send: (signal: StopSignal) => send(signal) }
}

describe('a signal', () => {
  test('before the point of no return ends the command, undoes, and lets nothing be committed', async () => {
    const { interruption, send } = aCommand()
    const undone: string[] = []
    interruption.onEarlyEnd(() => void undone.push('file'))
    const ended = interruption.during(new Promise(() => undefined))
    send('SIGTERM')
    await expect(ended).rejects.toMatchObject({ exit: 143 })
    expect(undone).toEqual(['file'])
    expect(() => interruption.pointOfNoReturn()).toThrow('nothing was applied')
    expect(interruption.ignored()).toBeUndefined()
  })

  test('after it waits for the outcome', async () => {
    const { interruption, send } = aCommand()
    const work = Promise.withResolvers<string>()
    const ended = interruption.during(work.promise)
    interruption.pointOfNoReturn()
    send('SIGINT')
    work.resolve('revision 2')
    await expect(ended).resolves.toBe('revision 2')
    expect(interruption.ignored()).toBe('SIGINT')
  })

  test('is the ordinary end of a server', async () => {
    const { interruption, send } = aCommand()
    const ended = interruption.during(interruption.awaited())
    send('SIGTERM')
    await expect(ended).resolves.toBe('SIGTERM')
  })
})

describe('the end of the time that a command has', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())
  let now = 0
  const aMinute = () => {
    now = 0
    const limit = timeLimit(60_000, '1m', { milliseconds: () => now })
    return { limit, ...aCommand(limit) }
  }

  test('before the point of no return ends it, undoes, and lets nothing be committed', async () => {
    const { interruption, limit } = aMinute()
    const undone: string[] = []
    interruption.onEarlyEnd(() => void undone.push('file'))
    const ended = interruption.during(new Promise(() => undefined))
    vi.advanceTimersByTime(60_000)
    await expect(ended).rejects.toMatchObject({
      exit: 1,
      message: expect.stringContaining('1m: nothing was applied'),
    })
    expect(undone).toEqual(['file'])
    expect(() => interruption.pointOfNoReturn()).toThrow('nothing was applied')
    limit.lift()
  })

  test('is seen by work that never waits', async () => {
    const { interruption } = aMinute()
    const ended = interruption.during(new Promise(() => undefined))
    now = 60_000
    expect(() => interruption.pointOfNoReturn()).toThrow('nothing was applied')
    await expect(ended).rejects.toMatchObject({ exit: 1 })
  })

  test('after it waits for the outcome, but not for ever', async () => {
    const { interruption } = aMinute()
    const work = Promise.withResolvers<string>()
    const [told, stuck] = [work.promise, new Promise(() => undefined)].map(interruption.during)
    interruption.pointOfNoReturn()
    vi.advanceTimersByTime(60_000)
    work.resolve('revision 2')
    await expect(told).resolves.toBe('revision 2')
    expect(interruption.ignored()).toBe('timeout')
    vi.advanceTimersByTime(10_000)
    await expect(stuck).rejects.toMatchObject({
      exit: 1,
      message: expect.stringContaining('nobody knows'),
    })
  })

  test('is nothing where a signal came first, or the command is done', async () => {
    const { interruption, limit, send } = aMinute()
    const ended = interruption.during(new Promise(() => undefined))
    send('SIGINT')
    vi.advanceTimersByTime(60_000)
    await expect(ended).rejects.toMatchObject({ exit: 130 })
    const done = aMinute()
    done.limit.lift()
    limit.lift()
    expect(vi.getTimerCount()).toBe(0)
  })
})
