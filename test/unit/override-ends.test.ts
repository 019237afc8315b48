import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { watchEnds } from '../../src/cli/server/override-ends.ts'
import { readConfiguration } from '../../src/config/index.ts'
import { compile } from '../../src/deploy/snapshot.ts'
import type { ConfigObject, LiveState, Override } from '../../src/store/config-port.ts'
import { aProject } from '../support/documents.ts'
import { aFolder } from '../support/folder.ts'
import { EMPTY } from '../support/plans.ts'

const NOW = 1_700_000_000

function objects(): readonly ConfigObject[] {
  const folder = aFolder(aProject())
  const read = readConfiguration({ from: folder.path })
  folder.remove()
  if (read.outcome !== 'valid') throw new Error(read.outcome)
  return read.state.objects.map((object) => ({
    ...object,
    uid: object.name,
    owner: 'git:shop',
    specHash: '',
    appliedHash: '',
    originFile: '',
    originLine: 0,
    revision: 1,
  }))
}

const override: Override = {
  uid: 'worker',
  path: 'disabled',
  value: true,
  isRelaxing: false,
  expiresAt: NOW + 10,
  reason: 'INC-1',
  actor: 'sam',
  createdAt: NOW,
}

/** A server whose database does what it is told to, by a clock that is moved. */
function watching(transaction: () => Promise<unknown>) {
  const live: LiveState = { ...EMPTY, revision: 1, objects: objects(), overrides: [override] }
  let state = { live, asOf: NOW, snapshot: compile(live, { now: NOW }) }
  const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() }
  const follower = {
    current: () => state,
    amend: (change: (before: typeof state) => typeof state) => {
      state = change(state)
    },
    wake: vi.fn(),
  }
  const config = { transaction: vi.fn(transaction) }
  const ends = watchEnds({
    database: { config },
    clock: { milliseconds: () => Date.now() },
    random: { bytes: (length: number) => Buffer.alloc(length) },
    publicUrl: undefined,
    follower,
    log,
  } as never)
  const isDisabled = () => state.snapshot.byName.get('acme')?.applications.get('worker')?.isDisabled
  return { ends, isDisabled, log, follower, config }
}

describe('the end of an override', () => {
  beforeEach(() => void vi.useFakeTimers({ now: NOW * 1000 }))
  afterEach(() => void vi.useRealTimers())

  test('is kept by a server whose database is away, which tries again later', async () => {
    const { ends, isDisabled, log, config } = watching(async () => {
      throw new Error('away')
    })
    await vi.advanceTimersByTimeAsync(9800)
    expect(isDisabled()).toBe(true)
    expect(config.transaction).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(200)
    expect(isDisabled()).toBe(false)
    await vi.advanceTimersByTimeAsync(12_000)
    expect(config.transaction).toHaveBeenCalledTimes(3)
    expect(log.warn).toHaveBeenCalledTimes(3)
    await ends.stop()
  })

  test('of which somebody else told the database is asked for once, and then looked for', async () => {
    const { ends, isDisabled, follower, config, log } = watching(async () => undefined)
    await vi.advanceTimersByTimeAsync(11_000)
    expect(isDisabled()).toBe(false)
    expect(config.transaction).toHaveBeenCalledTimes(1)
    expect(follower.wake).toHaveBeenCalledTimes(1)
    expect(log.info).not.toHaveBeenCalled()
    await ends.stop()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(config.transaction).toHaveBeenCalledTimes(1)
  })
})
