import { describe, expect, test, vi } from 'vitest'
import { follow } from '../../src/cli/server/follow.ts'

const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }

/** A database whose head we move, with time in our hands. */
async function following() {
  vi.useFakeTimers()
  let head = { revision: 1, generation: 1 }
  let isBroken = false
  const load = vi.fn(async () => {
    if (isBroken) throw new Error('broken')
    return head
  })
  const follower = await follow({ head: async () => head, load, log, pollMs: 200, retryMs: 5000 })
  return {
    follower,
    load,
    moveTo: (revision: number, generation = 1) => {
      head = { revision, generation }
    },
    breakLoading: (value: boolean) => {
      isBroken = value
    },
    pass: (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds),
  }
}

describe('a follower', () => {
  test('loads once and not again while the head stays', async () => {
    const { load, pass, follower } = await following()
    await pass(1000)
    expect(load).toHaveBeenCalledTimes(1)
    await follower.stop()
  })

  test.for([
    { what: 'revision', revision: 2, generation: 1 },
    { what: 'generation of keys', revision: 1, generation: 2 },
  ])('swaps when the $what moves', async ({ revision, generation }) => {
    const { moveTo, pass, follower } = await following()
    moveTo(revision, generation)
    await pass(200)
    expect(follower.current()).toEqual({ revision, generation })
    await follower.stop()
  })

  test('keeps what it has while the new one cannot be loaded, and says so once', async () => {
    const { moveTo, breakLoading, pass, follower } = await following()
    log.error.mockClear()
    breakLoading(true)
    moveTo(2)
    await pass(12_000)
    expect(follower.current().revision).toBe(1)
    expect(follower.isCurrent()).toBe(false)
    expect(log.error).toHaveBeenCalledTimes(1)
    breakLoading(false)
    await pass(5000)
    expect(follower.current().revision).toBe(2)
    expect(follower.isCurrent()).toBe(true)
    await follower.stop()
  })

  test('looks no more once stopped', async () => {
    const { moveTo, pass, load, follower } = await following()
    await follower.stop()
    moveTo(2)
    await pass(1000)
    expect(load).toHaveBeenCalledTimes(1)
  })
})
