import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startDeliveries } from '../../src/cli/server/deliveries.ts'
import type { Tenant } from '../../src/model/tenant.ts'
import type { Deliver } from '../../src/oauth/deliveries/index.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/port.ts'
import { aTenant, silent } from '../support/builders.ts'
import { movableClock } from '../support/door.ts'
import { noExceptions, noOutbound } from '../support/outbound.ts'
import { aDelivery, anId } from '../support/rows.ts'
import { type FreshDatabase, testRandom as random, stores } from '../support/stores.ts'

/** A gate that stays shut until it is opened. */
function aGate() {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

describe.each(stores)('the outbox on $name', ({ fresh }) => {
  let database: FreshDatabase
  let both: readonly Store[]

  beforeAll(async () => {
    database = await fresh()
    const open = () => openStore(database.url, { schema: 'migrate', random })
    both = [await open(), await open()]
  })
  afterAll(async () => {
    await Promise.all(both.map((store) => store.close()))
    await database.remove()
  })

  /** Two servers of one tenant, and what they send. */
  function twoServers(greet: Deliver) {
    const [first, second] = both
    if (first === undefined || second === undefined) throw new Error('no stores')
    const tenant: Tenant = aTenant({ uid: anId() })
    const snapshot = {
      revision: 1,
      environment: { name: 'test', kind: 'dev' as const, outbound: noExceptions },
      publicUrl: 'https://id.example',
      tenants: [tenant],
      byName: new Map([[tenant.name, tenant]]),
      byHost: new Map(),
      root: undefined,
    }
    const clock = movableClock()
    const ringFor = () => undefined as never
    const start = (store: Store) =>
      startDeliveries({
        store,
        state: () => ({ snapshot, ringFor }),
        deliverers: { greeting: greet },
        clock,
        random,
        log: silent,
        outbound: noOutbound,
        pollMs: 50,
      })
    const { deliveries } = first.tenant(tenant.uid)
    const now = () => Math.floor(clock.milliseconds() / 1000)
    return {
      clock,
      start: () => [start(first), start(second)] as const,
      enqueue: (...wanted: readonly ReturnType<typeof aDelivery>[]) =>
        deliveries.enqueue(wanted, now()),
      rows: () => deliveries.list({ states: ['pending', 'delivered', 'failed'], limit: 999 }),
      states: async () =>
        (await deliveries.list({ states: ['pending', 'delivered', 'failed'], limit: 999 })).map(
          ({ state }) => state,
        ),
    }
  }

  const stopAll = (servers: readonly { stop(): Promise<void> }[]) =>
    Promise.all(servers.map((server) => server.stop()))

  test('two servers send each of a hundred once', async () => {
    const sent: string[] = []
    const outbox = twoServers(async ({ id }) => {
      sent.push(id)
      return { as: 'delivered' }
    })
    const servers = outbox.start()
    const wanted = Array.from({ length: 100 }, (_, index) =>
      aDelivery({ applicationUid: `application-${index % 7}` }),
    )
    await outbox.enqueue(...wanted)
    await expect.poll(outbox.states).toEqual(wanted.map(() => 'delivered'))
    expect(sent.toSorted()).toEqual(wanted.map(({ id }) => id).toSorted())
    await stopAll(servers)
  })

  test('one that answers nothing holds up nobody else, and a stop waits for it', async () => {
    const gate = aGate()
    const told: string[] = []
    const outbox = twoServers(async ({ applicationUid }) => {
      if (applicationUid === 'slow') await gate.opened
      told.push(applicationUid)
      return { as: 'delivered' }
    })
    const servers = outbox.start()
    const slow = Array.from({ length: 20 }, () => aDelivery({ applicationUid: 'slow' }))
    await outbox.enqueue(...slow)
    await outbox.enqueue(aDelivery({ applicationUid: 'quick' }))
    await expect.poll(() => told).toEqual(['quick'])
    const stopped = stopAll(servers)
    gate.open()
    await stopped
    const left = await outbox.rows()
    const delivered = left.filter(({ state }) => state === 'delivered')
    // What was taken on is done, what was not waits for the next server.
    expect(told).toHaveLength(delivered.length)
    expect(left.filter(({ state, attempts }) => state === 'pending' && attempts > 0)).toEqual([])
  })

  test('what is missed is tried again after 2 s, and what is refused is not', async () => {
    const attempts: string[] = []
    const outbox = twoServers(async ({ applicationUid, attempts: count }) => {
      attempts.push(`${applicationUid} ${count}`)
      if (applicationUid === 'no') return { as: 'refused', error: 'answered 400' }
      if (count === 1) throw new Error('of ours')
      return count === 2 ? { as: 'missed', error: 'answered 500' } : { as: 'delivered' }
    })
    const servers = outbox.start()
    await outbox.enqueue(aDelivery({ applicationUid: 'no' }), aDelivery({ applicationUid: 'yes' }))
    await expect.poll(() => attempts.toSorted()).toEqual(['no 1', 'yes 1'])
    await expect.poll(outbox.states).toContain('failed')
    outbox.clock.forward(2)
    await expect.poll(() => attempts.toSorted()).toEqual(['no 1', 'yes 1', 'yes 2'])
    outbox.clock.forward(13)
    await expect
      .poll(async () => (await outbox.rows()).map((each) => [each.state, each.attempts]).sort())
      .toEqual([
        ['delivered', 3],
        ['failed', 1],
      ])
    await stopAll(servers)
  })

  test('nine attempts and it has failed', async () => {
    const outbox = twoServers(async () => ({ as: 'missed', error: 'answered 503' }))
    const servers = outbox.start()
    await outbox.enqueue(aDelivery())
    for (let attempt = 1; attempt < 9; attempt += 1) {
      await expect.poll(async () => (await outbox.rows())[0]?.attempts).toBe(attempt)
      await expect.poll(async () => (await outbox.rows())[0]?.lastError).toBe('answered 503')
      outbox.clock.forward(86_400)
    }
    await expect
      .poll(outbox.rows)
      .toMatchObject([{ state: 'failed', attempts: 9, lastError: 'answered 503' }])
    await stopAll(servers)
  })
})
