import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DELIVERY_STATES } from '../../src/model/delivery.ts'
import { type ConfigurableStore, openStore } from '../../src/store/open.ts'
import type { Claim, Settlement } from '../../src/store/port.ts'
import { aDelivery, anId, NOW, times } from '../support/rows.ts'
import { type FreshDatabase, testRandom as random, stores } from '../support/stores.ts'

const LEASE_END = NOW + 30

const aClaim = (change: Partial<Claim> = {}): Claim => ({
  limit: 10,
  perApplication: 10,
  besides: [],
  leaseUntil: LEASE_END,
  ...change,
})

describe.each(stores)('deliveries on $name', ({ fresh }) => {
  let database: FreshDatabase
  let whole: ConfigurableStore

  beforeAll(async () => {
    database = await fresh()
    whole = await openStore(database.url, { schema: 'migrate', random })
  })
  afterAll(async () => {
    await whole.close()
    await database.remove()
  })

  /** Of a tenant of its own. */
  const someDeliveries = () => whole.tenant(anId()).deliveries
  type Deliveries = ReturnType<typeof someDeliveries>

  const all = (deliveries: Deliveries) => deliveries.list({ states: DELIVERY_STATES, limit: 100 })

  test('what is stored is due at once, once per id', async () => {
    const deliveries = someDeliveries()
    const wanted = aDelivery()
    await deliveries.enqueue([wanted], NOW)
    await deliveries.enqueue([wanted, { ...wanted, payload: { words: 'again' } }], NOW + 5)
    const [claimed, ...more] = await deliveries.claim(aClaim(), NOW)
    expect(more).toEqual([])
    expect(claimed).toEqual({
      ...wanted,
      state: 'pending',
      attempts: 1,
      createdAt: NOW,
      nextAttemptAt: LEASE_END,
      finishedAt: undefined,
      lastError: undefined,
    })
  })

  test('of twenty servers one gets each', async () => {
    const deliveries = someDeliveries()
    const wanted = Array.from({ length: 30 }, () => aDelivery())
    await deliveries.enqueue(wanted, NOW)
    const claimed = await times(20, () => deliveries.claim(aClaim({ limit: 3 }), NOW))
    const rest = await deliveries.claim(aClaim({ limit: 99, perApplication: 99 }), NOW)
    const ids = [...claimed.flat(), ...rest].map(({ id }) => id)
    expect(ids.sort()).toEqual(wanted.map(({ id }) => id).sort())
  })

  test('one application takes no more than its share', async () => {
    const deliveries = someDeliveries()
    const many = Array.from({ length: 9 }, () => aDelivery({ applicationUid: 'many' }))
    await deliveries.enqueue([...many, aDelivery({ applicationUid: 'few' })], NOW)
    const claimed = await deliveries.claim(aClaim({ limit: 4, perApplication: 2 }), NOW)
    expect(claimed.map((each) => each.applicationUid).sort()).toEqual(['few', 'many', 'many'])
    expect(await deliveries.claim(aClaim({ besides: ['many'] }), NOW)).toEqual([])
  })

  test('the lease of a server that died runs out', async () => {
    const deliveries = someDeliveries()
    await deliveries.enqueue([aDelivery()], NOW)
    const [lost] = await deliveries.claim(aClaim(), NOW)
    expect(await deliveries.claim(aClaim(), LEASE_END - 1)).toEqual([])
    const [taken] = await deliveries.claim(aClaim({ leaseUntil: LEASE_END + 30 }), LEASE_END)
    expect(taken).toMatchObject({ id: lost?.id, attempts: 2 })
    if (lost === undefined || taken === undefined) throw new Error('nothing was claimed')
    expect(await deliveries.settle(lost, { as: 'failed', error: 'late' }, NOW)).toBe(false)
    expect(await deliveries.settle(taken, { as: 'delivered' }, NOW + 31)).toBe(true)
    expect(await all(deliveries)).toMatchObject([
      { state: 'delivered', attempts: 2, finishedAt: NOW + 31, lastError: undefined },
    ])
  })

  test.for<{ settlement: Settlement; left: object[]; isDueAgain: boolean }>([
    {
      settlement: { as: 'delivered' },
      left: [{ state: 'delivered', finishedAt: NOW + 1 }],
      isDueAgain: false,
    },
    {
      settlement: { as: 'failed', error: 'answered 400' },
      left: [{ state: 'failed', finishedAt: NOW + 1, lastError: 'answered 400' }],
      isDueAgain: false,
    },
    {
      settlement: { as: 'again', error: 'timeout', at: NOW + 3 },
      left: [{ state: 'pending', finishedAt: undefined, lastError: 'timeout' }],
      isDueAgain: true,
    },
    { settlement: { as: 'unwanted' }, left: [], isDueAgain: false },
  ])('settled as $settlement.as', async ({ settlement, left, isDueAgain }) => {
    const deliveries = someDeliveries()
    await deliveries.enqueue([aDelivery()], NOW)
    const [claimed] = await deliveries.claim(aClaim(), NOW)
    if (claimed === undefined) throw new Error('nothing was claimed')
    expect(await deliveries.settle(claimed, settlement, NOW + 1)).toBe(true)
    expect(await all(deliveries)).toMatchObject(left)
    expect(await deliveries.claim(aClaim(), NOW + 2)).toEqual([])
    expect(await deliveries.claim(aClaim(), NOW + 3)).toHaveLength(isDueAgain ? 1 : 0)
  })

  test('a server sees which tenants have something due', async () => {
    const tenant = anId()
    const { deliveries } = whole.tenant(tenant)
    const isDue = async (now: number) => (await whole.system.tenantsWithDue(now)).includes(tenant)
    expect(await isDue(NOW)).toBe(false)
    await deliveries.enqueue([aDelivery(), aDelivery()], NOW)
    expect(await isDue(NOW)).toBe(true)
    await deliveries.claim(aClaim(), NOW)
    expect(await isDue(NOW)).toBe(false)
    expect(await isDue(LEASE_END)).toBe(true)
  })

  test('this process is called when something was stored', async () => {
    const { deliveries } = whole.tenant(anId())
    let calls = 0
    const silence = whole.system.onDelivery(() => {
      calls += 1
    })
    await deliveries.enqueue([aDelivery()], NOW)
    expect(calls).toBe(1)
    silence()
    await deliveries.enqueue([aDelivery()], NOW)
    expect(calls).toBe(1)
  })
})
