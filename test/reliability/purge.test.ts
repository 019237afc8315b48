import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Log } from '../../src/base/log.ts'
import { type PurgeTimes, startPurge } from '../../src/cli/server/purge.ts'
import { type ConfigurableStore, openStore } from '../../src/store/open.ts'
import { type Store, StoreError } from '../../src/store/port.ts'
import { silent } from '../support/builders.ts'
import { movableClock } from '../support/door.ts'
import { anAccessToken, anId, times } from '../support/rows.ts'
import { type FreshDatabase, testRandom as random, stores } from '../support/stores.ts'

const SOON: PurgeTimes = { firstMs: 1, pauseMs: { least: 20, most: 40 } }

describe.each(stores)('servers that remove what is over on $name', ({ ready }) => {
  let database: FreshDatabase
  let both: readonly [ConfigurableStore, ConfigurableStore]

  beforeAll(async () => {
    database = await ready()
    const open = () => openStore(database.url, { schema: 'migrate', random })
    both = [await open(), await open()]
  })
  afterAll(async () => {
    await Promise.all(both.map((store) => store.close()))
    await database.remove()
  })

  const clock = movableClock(Date.now())
  /** By the clock of the test, also where the database has one. */
  const start = ({ purging, system }: Pick<Store, 'purging' | 'system'>, log: Log = silent) => {
    const database = { purging, system: { ...system, now: async () => undefined } }
    return startPurge({ database, clock, random, log }, SOON)
  }

  /** Tokens that are over, and tokens that are not. */
  async function tokens(count: number) {
    const store = both[0].tenant(anId())
    const now = Math.floor(clock.milliseconds() / 1000)
    const live = anAccessToken()
    await store.accessTokens.issue({ ...live, expiresAt: now + 900 })
    await times(count, () =>
      store.accessTokens.issue({ ...anAccessToken(), expiresAt: now - 7200 }),
    )
    return { isKept: async () => (await store.accessTokens.find(live.key)) !== undefined }
  }
  const over = () => both[0].purging.count('access_token', Math.floor(clock.milliseconds() / 1000))

  test('two servers remove each row once, and what is in force stays', async () => {
    const { isKept } = await tokens(1200)
    const servers = both.map((store) => start(store))
    await expect.poll(over, { timeout: 10_000 }).toBe(0)
    await Promise.all(servers.map((server) => server.stop()))
    const removed = servers.map((server) => server.purged().get('access_token') ?? 0)
    expect(removed.toSorted((one, other) => one - other)).toEqual([0, 1200])
    expect(await isKept()).toBe(true)
  })

  test('a server that stops leaves the rest to another, at once', async () => {
    await tokens(3000)
    const first = start(both[0])
    await expect.poll(() => first.purged().get('access_token') ?? 0).toBeGreaterThan(0)
    await first.stop()
    const done = first.purged().get('access_token') ?? 0
    const second = start(both[1])
    await expect.poll(over, { timeout: 10_000 }).toBe(0)
    await second.stop()
    expect(done + (second.purged().get('access_token') ?? 0)).toBe(3000)
  })

  test('of one that is killed, another takes over when its turn is up', async () => {
    await tokens(10)
    const now = Math.floor(clock.milliseconds() / 1000)
    expect(await both[0].purging.takeTurn('killed', now + 15, now)).toBe(true)
    let refused = 0
    const { purging, system } = both[1]
    const second = start({
      purging: {
        ...purging,
        async takeTurn(...turn) {
          const isTaken = await purging.takeTurn(...turn)
          refused += isTaken ? 0 : 1
          return isTaken
        },
      },
      system,
    })
    await expect.poll(() => refused).toBeGreaterThan(1)
    expect(await over()).toBe(10)
    clock.forward(15)
    await expect.poll(over).toBe(0)
    await second.stop()
  })

  test('a database that is away is said once per outage, and the rest is done after it', async () => {
    await tokens(1200)
    let isAway = true
    const said: string[] = []
    const log: Log = {
      ...silent,
      warn: (message) => said.push(message),
      info: (_message, fields) => said.push(JSON.stringify(fields)),
    }
    let asked = 0
    const { purging } = both[0]
    const away: typeof purging = {
      ...purging,
      async sweep(table, sweep) {
        if (isAway && table === 'access_token') {
          asked += 1
          throw new StoreError('unreachable', 'the database is away')
        }
        return purging.sweep(table, sweep)
      },
    }
    const server = start({ system: both[0].system, purging: away }, log)
    await expect.poll(() => asked).toBeGreaterThan(2)
    expect(said.filter((each) => each === 'what is over stays for now')).toHaveLength(1)
    isAway = false
    await expect.poll(over, { timeout: 10_000 }).toBe(0)
    await expect.poll(() => said.at(-1)).toMatch(/^\{"removed":\["access_token \d+"\]\}$/)
    await server.stop()
  })
})
