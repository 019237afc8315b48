import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { keysSince, mintToken, ulid, ulidsSince } from '../../src/base/id.ts'
import { type ConfigurableStore, openStore } from '../../src/store/open.ts'
import { DAY, ENDINGS, granted, LOCK, signedIn, WEEK, YEAR } from '../support/endings.ts'
import { everyRow } from '../support/every-row.ts'
import {
  aKeyActor,
  anAccessToken,
  anApiToken,
  anId,
  aRefreshToken,
  NOW,
  times,
} from '../support/rows.ts'
import { type FreshDatabase, testRandom as random, stores } from '../support/stores.ts'

describe.each(stores)('what is over on $name', ({ ready }) => {
  let database: FreshDatabase
  let whole: ConfigurableStore

  beforeAll(async () => {
    database = await ready()
    whole = await openStore(database.url, { schema: 'migrate', random })
  })
  afterAll(async () => {
    await whole.close()
    await database.remove()
  })

  const rowsIn = async (table: string, tenant: string): Promise<number> =>
    (await everyRow(database.url))
      .split('\n')
      .filter((row) => row.startsWith(`${table} `) && row.includes(tenant)).length

  async function sweep(table: string, now: number, limit = 3): Promise<void> {
    let from: Parameters<typeof whole.purging.sweep>[1]['from']
    do {
      from = (await whole.purging.sweep(table, { now, from, limit })).next
    } while (from !== undefined)
  }

  test.for(ENDINGS)('$table $when goes $kept s after its end, and not before', async (each) => {
    const { table, kept, ending } = each
    const end = NOW + 1000
    const [mine, theirs] = [anId(), anId()]
    const ended = whole.tenant(mine)
    await times(2, () => ending(ended, end))
    const before = await rowsIn(table, mine)
    await times(2, () => ending(whole.tenant(theirs), end + 10))
    const others = await rowsIn(table, theirs)
    expect(before).toBeGreaterThanOrEqual(2)
    expect(others).toBe(before)
    await sweep(table, end + kept - 1)
    expect(await rowsIn(table, mine)).toBe(before)
    expect(await whole.purging.count(table, end + kept)).toBeGreaterThanOrEqual(2)
    await sweep(table, end + kept)
    expect(await rowsIn(table, mine)).toBe(0)
    expect(await rowsIn(table, theirs)).toBe(others)
  })

  test('what hangs on a session goes with it, and a browser with its last one', async () => {
    const uid = anId()
    const store = whole.tenant(uid)
    const live = await signedIn(store, { expiresAt: NOW + YEAR, idleExpiresAt: NOW + YEAR })
    const over = await signedIn(store)
    for (const session of [live, over]) await store.sessions.sid(session.uid, 'web', anId())
    for (const table of ['session', 'session_client', 'browser'])
      await sweep(table, NOW + 6000 + WEEK)
    expect(await rowsIn('session_client', live.uid)).toBe(1)
    expect(await rowsIn('session_client', over.uid)).toBe(0)
    expect(await rowsIn('browser', uid)).toBe(1)
    expect(await store.sessions.find(live.uid, NOW + WEEK)).toMatchObject({ uid: live.uid })
  })

  test('failures at a browser that is forgotten go, and all others stay', async () => {
    const uid = anId()
    const { attempts } = whole.tenant(uid)
    const policy = { ...LOCK, maxFailures: 9, lockout: 900 }
    await attempts.rememberBrowser('ann', 'known', NOW)
    for (const source of ['', 'known', 'forgotten'])
      await attempts.reserve('ann', source, policy, NOW)
    await sweep('attempt', NOW + DAY)
    expect(await rowsIn('attempt', uid)).toBe(2)
  })

  test('an API token goes with its row, and stays beside others', async () => {
    const uid = anId()
    const { apiTokens } = whole.tenant(uid)
    const tokens = [anApiToken(), anApiToken()] as const
    for (const token of tokens) await apiTokens.create(token, aKeyActor())
    for (const table of ['access_token', 'api_token']) await sweep(table, NOW + 600 + DAY)
    expect(await apiTokens.list()).toHaveLength(2)
    for (const table of ['access_token', 'api_token']) await sweep(table, NOW + 600 + YEAR)
    expect(await apiTokens.list()).toEqual([])
    expect(await rowsIn('api_token', uid)).toBe(0)
  })

  test('what is gone is dead: a code, a family and a token are unknown, and stay so', async () => {
    const store = whole.tenant(anId())
    const { grant, code } = await granted(store)
    const refresh = aRefreshToken(grant)
    const access = { ...anAccessToken(grant), expiresAt: NOW + YEAR }
    const bought = { access, refresh }
    expect(await store.codes.redeem(code.key, bought, NOW)).toBe('fresh')
    const later = NOW + 60_000 + WEEK
    for (const table of ['authorization_code', 'refresh_token', 'session'])
      await sweep(table, later)
    expect(await store.codes.find(code.key)).toBeUndefined()
    const outcomes = times(20, () => store.codes.redeem(code.key, bought, later))
    expect(new Set(await outcomes)).toEqual(new Set(['replayed']))
    const rotation = { bought, sealedResponse: undefined, graceUntil: later }
    const rotated = await store.refreshTokens.rotate(refresh.key, rotation, later)
    expect(rotated).toEqual({ outcome: 'reused' })
    // Its session is not there to say that it was not ended.
    expect(await store.accessTokens.find(access.key)).toMatchObject({ isLive: false })
    expect(await store.authorizations.find(grant.uid)).toMatchObject({ isLive: false })
  })

  test('one that a sweep reaches while it is redeemed is redeemed or gone', async () => {
    const store = whole.tenant(anId())
    const all = await times(20, () => granted(store))
    const now = NOW + 60 + WEEK
    const [outcomes] = await Promise.all([
      Promise.all(
        all.map(async ({ grant, code }) => {
          const bought = { access: anAccessToken(grant), refresh: undefined }
          return [code.key, await store.codes.redeem(code.key, bought, now), bought] as const
        }),
      ),
      ...Array.from({ length: 5 }, () => sweep('authorization_code', now)),
    ])
    for (const [key, outcome, { access }] of outcomes) {
      const isBought = (await store.accessTokens.find(access.key)) !== undefined
      expect(isBought).toBe(outcome === 'fresh')
      expect(await store.codes.redeem(key, { access, refresh: undefined }, now)).toBe('replayed')
    }
  })

  test('where nothing young is over, a sweep goes on with the next tenant', async () => {
    const early = { now: NOW, limit: 2 }
    const tenant = `0${anId()}`
    const at = (seconds: number) => mintToken(seconds * 1000, random).key
    const { accessTokens } = whole.tenant(tenant)
    for (const seconds of [1, 2, 3, 4, 5])
      await accessTokens.issue({ ...anAccessToken(), key: at(NOW - seconds) })
    const first = await whole.purging.sweep('access_token', { ...early, from: undefined })
    expect(first).toMatchObject({ removed: 0, next: [tenant, Buffer.alloc(6, 255)] })
    const far = { ...early, now: NOW + 10 * DAY, from: undefined }
    const { removed } = await whole.purging.sweep('access_token', far)
    expect(removed).toBe(2)
  })

  test('of twenty servers it is one’s turn, until its time is up', async () => {
    const { purging } = whole
    const taken = await Promise.all(
      Array.from({ length: 20 }, (_, index) => purging.takeTurn(`s${index}`, NOW + 15, NOW)),
    )
    const holder = `s${taken.indexOf(true)}`
    expect(taken.filter(Boolean)).toHaveLength(1)
    expect(await purging.takeTurn(holder, NOW + 20, NOW + 5)).toBe(true)
    expect(await purging.takeTurn('another', NOW + 30, NOW + 19)).toBe(false)
    expect(await purging.takeTurn('another', NOW + 30, NOW + 20)).toBe(true)
    expect(await purging.takeTurn(holder, NOW + 40, NOW + 20)).toBe(false)
  })
})

test.for([NOW, NOW - YEAR, 1])('keys and ids of an instant begin where %i does', (instant) => {
  const before = mintToken(instant * 1000 - 1, random).key
  const after = mintToken(instant * 1000, random).key
  expect(Buffer.compare(before, keysSince(instant))).toBe(-1)
  expect(Buffer.compare(after, keysSince(instant))).toBe(1)
  expect(ulid(instant * 1000, random) > ulidsSince(instant)).toBe(true)
  expect(ulid(instant * 1000 - 1, random) < ulidsSince(instant)).toBe(true)
})
