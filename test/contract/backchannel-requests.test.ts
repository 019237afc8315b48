import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ConfigurableStore, openStore } from '../../src/store/open.ts'
import type { NewBackchannelRequest, NewTokens, TenantStore } from '../../src/store/port.ts'
import {
  aBackchannelRequest,
  anAccessToken,
  anAuthorization,
  anId,
  aStoredSession,
  aUser,
  NOW,
  times,
} from '../support/rows.ts'
import { type FreshDatabase, testRandom as random, stores } from '../support/stores.ts'

const LIMITS = { ofApplication: 100, ofPerson: 10, ofApplicationToPerson: 3 }

describe.each(stores)('backchannel requests on $name', ({ fresh }) => {
  let database: FreshDatabase
  let one: ConfigurableStore
  let other: ConfigurableStore
  let store: TenantStore
  let elsewhere: TenantStore

  beforeAll(async () => {
    database = await fresh()
    one = await openStore(database.url, { schema: 'migrate', random })
    other = await openStore(database.url, { schema: 'migrate', random })
    store = one.tenant('acme')
    elsewhere = other.tenant('acme')
  })
  afterAll(async () => {
    await one.close()
    await other.close()
    await database.remove()
  })

  /** Alternately through two instances on the same database. */
  let turn = 0
  const either = (): TenantStore => {
    turn += 1
    return turn % 2 === 0 ? store : elsewhere
  }

  async function aPerson() {
    const user = aUser()
    await store.users.create(user)
    const session = await aStoredSession(store, user.uid)
    const decision = { userUid: user.uid, address: '192.0.2.1', userAgent: 'Browser/1' }
    return { user, session, decision }
  }

  async function asked(change: Partial<NewBackchannelRequest> = {}) {
    const person = await aPerson()
    const request = aBackchannelRequest(person.user.uid, change)
    expect(await store.backchannelRequests.begin(request, LIMITS)).toBe('begun')
    return { ...person, request }
  }

  test('is found as it was asked', async () => {
    const { request, user } = await asked()
    const { key, interval, sealedPing, ...whatPeopleSee } = request
    expect(await elsewhere.backchannelRequests.find(key)).toEqual({
      ...whatPeopleSee,
      decidedAt: undefined,
      consumedAt: undefined,
      authorization: undefined,
    })
    expect(await store.backchannelRequests.pendingFor(user.uid, NOW)).toEqual([whatPeopleSee])
    expect(await store.backchannelRequests.pendingFor(user.uid, NOW + 300)).toEqual([])
  })

  test('nobody is asked who is unknown or disabled', async () => {
    const { user } = await aPerson()
    await store.users.disable(user.uid, NOW)
    for (const uid of [user.uid, 'unknown'])
      expect(await store.backchannelRequests.begin(aBackchannelRequest(uid), LIMITS)).toBe('nobody')
  })

  test.for([
    { of: 'one application to one person', limits: { ...LIMITS, ofApplicationToPerson: 3 } },
    { of: 'one person', limits: { ...LIMITS, ofPerson: 3, ofApplicationToPerson: 9 } },
  ])('of 20 requests of $of no more wait than may', async ({ limits }) => {
    const { user } = await aPerson()
    const outcomes = await times(20, () =>
      either().backchannelRequests.begin(aBackchannelRequest(user.uid), limits),
    )
    expect(outcomes.filter((each) => each === 'begun')).toHaveLength(3)
    expect(outcomes.filter((each) => each === 'too-many')).toHaveLength(17)
    expect(await store.backchannelRequests.pendingFor(user.uid, NOW)).toHaveLength(3)
  })

  test('of 20 requests of one application to 20 people no more wait than may', async () => {
    const people = await Promise.all(Array.from({ length: 20 }, aPerson))
    const of = { applicationUid: anId() }
    const limits = { ...LIMITS, ofApplication: 3 }
    const outcomes = await Promise.all(
      people.map(({ user }) =>
        either().backchannelRequests.begin(aBackchannelRequest(user.uid, of), limits),
      ),
    )
    expect(outcomes.filter((each) => each === 'begun')).toHaveLength(3)
    expect(outcomes.filter((each) => each === 'too-many')).toHaveLength(17)
  })

  test('an answer, or time, makes room again', async () => {
    const { user, decision } = await aPerson()
    const limits = { ofApplication: 2, ofPerson: 9, ofApplicationToPerson: 9 }
    const of = { applicationUid: 'small' }
    const begin = (change = {}) => {
      const request = aBackchannelRequest(user.uid, { ...of, ...change })
      return store.backchannelRequests.begin(request, limits)
    }
    const first = aBackchannelRequest(user.uid, of)
    await store.backchannelRequests.begin(first, limits)
    expect([await begin(), await begin()]).toEqual(['begun', 'too-many'])
    await store.backchannelRequests.decide(first.uid, decision, undefined, NOW)
    expect([await begin(), await begin()]).toEqual(['begun', 'too-many'])
    expect(await begin({ createdAt: NOW + 300, expiresAt: NOW + 600 })).toBe('begun')
  })

  test('of 50 polls at once one is in time, and each other adds 5 s', async () => {
    const { request } = await asked()
    const outcomes = await times(50, () => either().backchannelRequests.poll(request.key, NOW))
    expect(outcomes.filter((each) => each === 'in-time')).toHaveLength(1)
    const interval = 5 + 49 * 5
    const poll = (now: number) => store.backchannelRequests.poll(request.key, now)
    expect(await poll(NOW + interval)).toBe('in-time')
    expect(await poll(NOW + 2 * interval - 1)).toBe('too-early')
    expect(await poll(NOW + 3 * interval + 4)).toBe('in-time')
  })

  test('of 50 answers one counts', async () => {
    const { request, session, decision } = await asked()
    const outcomes = await times(50, () =>
      either().backchannelRequests.decide(request.uid, decision, anAuthorization(session), NOW),
    )
    expect(outcomes.filter(Boolean)).toHaveLength(1)
    const found = await store.backchannelRequests.find(request.key)
    expect(found).toMatchObject({ decidedAt: NOW, authorization: { isLive: true } })
    expect(await store.backchannelRequests.pendingFor(request.userUid, NOW)).toEqual([])
  })

  test.for([
    { when: 'it is for another person', change: { userUid: 'eve' }, at: NOW },
    { when: 'its time is over', change: {}, at: NOW + 300 },
  ])('is not answered when $when', async ({ change, at }) => {
    const { request, decision } = await asked()
    const answer = { ...decision, ...change }
    const decided = store.backchannelRequests.decide(request.uid, answer, undefined, at)
    expect(await decided).toBe(false)
    const found = await store.backchannelRequests.find(request.key)
    expect(found).toMatchObject({ decidedAt: undefined })
  })

  test('an answer enqueues one ping where one is wanted, and what it needs can be forgotten', async () => {
    const { request, decision } = await asked({ sealedPing: 'sealed', applicationUid: 'pinged' })
    const { uid } = request
    await times(5, () => store.backchannelRequests.decide(uid, decision, undefined, NOW))
    const queued = await store.deliveries.list({ states: ['pending'], limit: 99 })
    expect(queued).toMatchObject([
      { kind: 'ciba-ping', applicationUid: 'pinged', payload: { request: uid } },
    ])
    expect(await store.backchannelRequests.findPing(uid)).toEqual({
      sealedPing: 'sealed',
      expiresAt: NOW + 300,
    })
    await store.backchannelRequests.forgetPing(uid)
    expect(await store.backchannelRequests.findPing(uid)).toBeUndefined()
  })

  test('of 50 redemptions one is true, and only its token exists', async () => {
    const { request, session, decision } = await asked()
    const authorization = anAuthorization(session)
    await store.backchannelRequests.decide(request.uid, decision, authorization, NOW)
    const offers: NewTokens[] = []
    const outcomes = await times(50, () => {
      const offer = { access: anAccessToken(authorization), refresh: undefined }
      offers.push(offer)
      return either().backchannelRequests.redeem(request.key, offer, NOW)
    })
    expect(outcomes.filter(Boolean)).toHaveLength(1)
    const found = await Promise.all(offers.map(({ access }) => store.accessTokens.find(access.key)))
    expect(found.filter((each) => each !== undefined)).toMatchObject([{ isLive: true }])
  })

  test.for([
    { when: 'nobody has answered', answer: undefined, at: NOW },
    { when: 'it was denied', answer: 'deny', at: NOW },
    { when: 'its time is over', answer: 'allow', at: NOW + 300 },
  ])('buys nothing when $when', async ({ answer, at }) => {
    const { request, session, decision } = await asked()
    const authorization = anAuthorization(session)
    const allowed = answer === 'allow' ? authorization : undefined
    if (answer) await store.backchannelRequests.decide(request.uid, decision, allowed, NOW)
    const offer = { access: anAccessToken(authorization), refresh: undefined }
    expect(await store.backchannelRequests.redeem(request.key, offer, at)).toBe(false)
    expect(await store.accessTokens.find(offer.access.key)).toBeUndefined()
  })
})
