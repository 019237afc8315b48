import { afterEach, describe, expect, test, vi } from 'vitest'
import { follow } from '../../src/cli/server/follow.ts'
import type { Head } from '../../src/store/port.ts'

const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }

// The files that follow in this process want time to pass.
afterEach(() => void vi.useRealTimers())

/** A database whose head we move, with time in our hands. */
async function following() {
  vi.useFakeTimers()
  let head = { revision: 1, generation: 1 }
  let isBroken = false
  const load = vi.fn(async (_before?: Head) => {
    if (isBroken) throw new Error('broken')
    return head
  })
  const onTurn = vi.fn()
  const looks = { head: vi.fn(async () => head), load, onTurn, log }
  const follower = await follow({ ...looks, pollMs: () => 200, retryMs: 5000 })
  return {
    ...looks,
    follower,
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
    expect(follower.trouble()).toMatchObject({ target: 2, error: { message: 'broken' } })
    expect(log.error).toHaveBeenCalledTimes(1)
    breakLoading(false)
    await pass(5000)
    expect(follower.current().revision).toBe(2)
    expect(follower.trouble()).toBeUndefined()
    await follower.stop()
  })

  test('gives what is served to whoever loads what comes after it', async () => {
    const { load, moveTo, pass, follower } = await following()
    const served = follower.current()
    moveTo(2)
    await pass(200)
    expect(load.mock.calls).toEqual([[undefined], [served]])
    await follower.stop()
  })

  test('looks at once when it is woken, and once more when it is woken meanwhile', async () => {
    const { head, moveTo, pass, follower } = await following()
    moveTo(2)
    follower.wake()
    follower.wake()
    follower.wake()
    await pass(0)
    expect(follower.current().revision).toBe(2)
    expect(head).toHaveBeenCalledTimes(2)
    await pass(200)
    expect(head).toHaveBeenCalledTimes(3)
    await follower.stop()
  })

  test('tells of each swap, of trouble once, and of its end', async () => {
    const { onTurn, moveTo, breakLoading, pass, follower } = await following()
    moveTo(2)
    await pass(200)
    expect(onTurn).toHaveBeenCalledTimes(1)
    breakLoading(true)
    moveTo(3)
    await pass(12_000)
    expect(onTurn).toHaveBeenCalledTimes(2)
    moveTo(2)
    await pass(5000)
    expect(onTurn).toHaveBeenCalledTimes(3)
    expect(follower.trouble()).toBeUndefined()
    await follower.stop()
  })

  test('a database that is away is trouble with no revision', async () => {
    const { head, pass, follower } = await following()
    head.mockRejectedValueOnce(new Error('away'))
    await pass(200)
    expect(follower.trouble()).toMatchObject({ target: undefined, error: { message: 'away' } })
    await pass(5000)
    expect(follower.trouble()).toBeUndefined()
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
