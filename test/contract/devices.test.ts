import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ConfigurableStore, openStore } from '../../src/store/open.ts'
import type { NewDevice, NewTokens, TenantStore } from '../../src/store/port.ts'
import {
  aDevice,
  anAccessToken,
  anAuthorization,
  aRefreshToken,
  aStoredSession,
  aUser,
  NOW,
  times,
} from '../support/rows.ts'
import { type FreshDatabase, testRandom as random, stores } from '../support/stores.ts'

describe.each(stores)('devices on $name', ({ fresh }) => {
  let database: FreshDatabase
  let one: ConfigurableStore
  let other: ConfigurableStore
  let store: TenantStore

  beforeAll(async () => {
    database = await fresh()
    const opening = { schema: 'migrate', random, prepare: true } as const
    one = await openStore(database.url, opening)
    other = await openStore(database.url, opening)
    store = one.tenant('acme')
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
    return (turn % 2 === 0 ? one : other).tenant('acme')
  }

  async function begun(change: Partial<NewDevice> = {}): Promise<NewDevice> {
    const device = aDevice(change)
    expect(await store.devices.begin(device)).toBe(true)
    return device
  }

  async function signedIn() {
    const user = aUser()
    await store.users.create(user)
    return aStoredSession(store, user.uid)
  }

  async function approved() {
    const session = await signedIn()
    const device = await begun()
    const authorization = anAuthorization(session)
    await store.devices.open(device.userCode, session.userUid, NOW)
    expect(await store.devices.approve(device.userCode, authorization, NOW)).toBe(true)
    return { device, session, authorization }
  }

  test('a user code is unique among those that live', async () => {
    const device = await begun()
    const same = { userCode: device.userCode }
    expect(await store.devices.begin(aDevice(same))).toBe(false)
    const later = aDevice({ ...same, createdAt: NOW + 600, expiresAt: NOW + 1200 })
    expect(await store.devices.begin(later)).toBe(true)
    expect(await store.devices.findPending(device.userCode, NOW + 600)).toEqual({
      ...later,
      openedBy: undefined,
      deniedAt: undefined,
      consumedAt: undefined,
      authorization: undefined,
    })
  })

  test('of 50 that begin with one user code one does', async () => {
    const { userCode } = aDevice()
    const outcomes = await times(50, () => either().devices.begin(aDevice({ userCode })))
    expect(outcomes.filter((won) => won)).toHaveLength(1)
  })

  test('each poll that comes too soon makes the interval longer', async () => {
    const { key } = await begun()
    const polls: readonly (readonly [number, string, number])[] = [
      [0, 'in-time', 5],
      [4, 'too-soon', 10],
      [13, 'too-soon', 15],
      [28, 'in-time', 15],
      [43, 'in-time', 15],
    ]
    for (const [after, outcome, interval] of polls) {
      expect(await store.devices.poll(key, 5, NOW + after)).toBe(outcome)
      expect(await store.devices.find(key)).toMatchObject({ interval })
    }
  })

  test('of 50 polls at once one is in time, and each other one is counted', async () => {
    const { key } = await begun()
    const outcomes = await times(50, () => either().devices.poll(key, 5, NOW))
    expect(outcomes.filter((each) => each === 'in-time')).toHaveLength(1)
    expect(await store.devices.find(key)).toMatchObject({ interval: 5 + 49 * 5 })
  })

  test('of 50 people who open it at once one has it', async () => {
    const { key, userCode } = await begun()
    const people = Array.from({ length: 50 }, (_, index) => `person-${index}`)
    const opened = await Promise.all(
      people.map(async (person) =>
        (await either().devices.open(userCode, person, NOW)) ? person : '',
      ),
    )
    const [winner = '', ...others] = opened.filter((person) => person !== '')
    expect(others).toEqual([])
    expect(await store.devices.find(key)).toMatchObject({ openedBy: winner })
    expect(await store.devices.open(userCode, winner, NOW)).toBe(true)
  })

  test('only who opened it decides', async () => {
    const session = await signedIn()
    const device = await begun()
    const approve = () => store.devices.approve(device.userCode, anAuthorization(session), NOW)
    expect(await approve()).toBe(false)
    await store.devices.open(device.userCode, 'somebody else', NOW)
    expect(await approve()).toBe(false)
    expect(await store.devices.deny(device.userCode, session.userUid, NOW)).toBe(false)
    expect(await store.devices.find(device.key)).toMatchObject({ authorization: undefined })
  })

  test('of 50 decisions one counts, and only its authorization exists', async () => {
    const session = await signedIn()
    const device = await begun()
    await store.devices.open(device.userCode, session.userUid, NOW)
    const offers = Array.from({ length: 25 }, () => anAuthorization(session))
    const decisions = await Promise.all(
      offers.flatMap((offer) => [
        either().devices.approve(device.userCode, offer, NOW),
        either().devices.deny(device.userCode, session.userUid, NOW),
      ]),
    )
    expect(decisions.filter((won) => won)).toHaveLength(1)
    const found = await Promise.all(offers.map(({ uid }) => store.authorizations.find(uid)))
    const made = found.filter((each) => each !== undefined)
    const record = await store.devices.find(device.key)
    expect(made).toHaveLength(record?.deniedAt === undefined ? 1 : 0)
    expect(record?.authorization?.uid).toBe(made[0]?.uid)
  })

  test.for(['approved', 'denied', 'expired'])(
    'one that is %s is not decided again',
    async (how) => {
      const session = await signedIn()
      const device = await begun()
      const { userCode } = device
      await store.devices.open(userCode, session.userUid, NOW)
      if (how === 'approved') await store.devices.approve(userCode, anAuthorization(session), NOW)
      if (how === 'denied') await store.devices.deny(userCode, session.userUid, NOW)
      const at = how === 'expired' ? device.expiresAt : NOW
      expect(await store.devices.findPending(userCode, at)).toBeUndefined()
      expect(await store.devices.open(userCode, session.userUid, at)).toBe(false)
      expect(await store.devices.approve(userCode, anAuthorization(session), at)).toBe(false)
      expect(await store.devices.deny(userCode, session.userUid, at)).toBe(false)
    },
  )

  test('of 50 redemptions one is fresh, and the others end what it bought', async () => {
    const { device, authorization } = await approved()
    const offers: NewTokens[] = []
    const outcomes = await times(50, () => {
      const offer = {
        access: anAccessToken(authorization),
        refresh: aRefreshToken(authorization),
      }
      offers.push(offer)
      return either().devices.redeem(device.key, offer, NOW)
    })
    expect(outcomes.filter((each) => each === 'fresh')).toHaveLength(1)
    const found = await Promise.all(offers.map(({ access }) => store.accessTokens.find(access.key)))
    expect(found.filter((each) => each !== undefined)).toMatchObject([{ isLive: false }])
    expect(await store.authorizations.find(authorization.uid)).toMatchObject({ isLive: false })
  })

  test('nothing is bought before it is approved', async () => {
    const session = await signedIn()
    const device = await begun()
    const access = anAccessToken(anAuthorization(session))
    const bought = { access, refresh: undefined }
    expect(await store.devices.redeem(device.key, bought, NOW)).toBe('replayed')
    expect(await store.accessTokens.find(access.key)).toBeUndefined()
  })

  describe('guesses', () => {
    const policy = { most: 3, window: 600 }

    test('of 50 at once as many are allowed as there are', async () => {
      const outcomes = await times(50, () => either().guesses.reserve('many', policy, NOW))
      expect(outcomes.filter((each) => each === 'allowed')).toHaveLength(3)
      expect(outcomes.find((each) => each !== 'allowed')).toEqual({ waitUntil: NOW + 600 })
    })

    test('a window begins with its first guess and ends with all of them', async () => {
      const at = (seconds: number) => store.guesses.reserve('slow', policy, NOW + seconds)
      for (const seconds of [0, 300, 599]) expect(await at(seconds)).toBe('allowed')
      expect(await at(599)).toEqual({ waitUntil: NOW + 600 })
      expect(await at(600)).toBe('allowed')
      expect(await store.guesses.reserve('another', policy, NOW + 599)).toBe('allowed')
    })

    test('a right one is given back', async () => {
      for (const _ of [1, 2, 3, 4, 5]) {
        expect(await store.guesses.reserve('right', policy, NOW)).toBe('allowed')
        await store.guesses.giveBack('right')
      }
    })
  })
})
