import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DELIVERY_STATES } from '../../src/model/delivery.ts'
import { type ConfigurableStore, openStore } from '../../src/store/open.ts'
import type { TenantStore } from '../../src/store/port.ts'
import { aCode, anAuthorization, anId, aStoredSession, aUser, NOW, times } from '../support/rows.ts'
import { type FreshDatabase, testRandom as random, stores } from '../support/stores.ts'

describe.each(stores)('the end of a session on $name', ({ fresh }) => {
  let database: FreshDatabase
  let whole: ConfigurableStore
  let store: TenantStore

  beforeAll(async () => {
    database = await fresh()
    whole = await openStore(database.url, { schema: 'migrate', random })
  })
  afterAll(async () => {
    await whole.close()
    await database.remove()
  })

  /** Somebody signed in in two browsers, at `web` in both and at `shop` in the first. */
  async function signedIn() {
    store = whole.tenant(anId())
    const user = aUser()
    await store.users.create(user)
    const here = await aStoredSession(store, user.uid)
    const there = await aStoredSession(store, user.uid)
    await store.sessions.sid(here.uid, 'web', 'here-web')
    await store.sessions.sid(here.uid, 'shop', 'here-shop')
    await store.sessions.sid(there.uid, 'web', 'there-web')
    return { user, here, there }
  }

  const told = async () =>
    (await store.deliveries.list({ states: DELIVERY_STATES, limit: 99 }))
      .map(({ applicationUid, payload, kind }) => [kind, applicationUid, payload.sid])
      .sort()
  const notices = (...sids: readonly string[]) =>
    sids.map((sid) => ['backchannel-logout', sid.split('-')[1], sid]).sort()
  const EVERYWHERE = ['here-web', 'here-shop', 'there-web']

  test.for<{ how: string; end: (uid: string, user: string) => Promise<unknown>; sids: string[] }>([
    {
      how: 'sessions.end',
      end: (uid) => store.sessions.end(uid, NOW),
      sids: ['here-web', 'here-shop'],
    },
    {
      how: 'sessions.endAllOf',
      end: (_, user) => store.sessions.endAllOf(user, NOW),
      sids: EVERYWHERE,
    },
    {
      how: 'sessions.endAllOf but one',
      end: (uid, user) => store.sessions.endAllOf(user, NOW, uid),
      sids: ['there-web'],
    },
    { how: 'users.disable', end: (_, user) => store.users.disable(user, NOW), sids: EVERYWHERE },
    {
      how: 'users.setPassword',
      end: (_, user) => store.users.setPassword(user, 'hash', NOW),
      sids: EVERYWHERE,
    },
    {
      how: 'users.revokeAll',
      end: (_, user) => store.users.revokeAll(user, NOW),
      sids: EVERYWHERE,
    },
  ])('by $how tells every application of it', async ({ end, sids }) => {
    const { user, here } = await signedIn()
    await end(here.uid, user.uid)
    expect(await told()).toEqual(notices(...sids))
  })

  test('is told once, however many end it at once', async () => {
    const { here } = await signedIn()
    const answers = await times(10, () => store.sessions.end(here.uid, NOW))
    expect(answers.filter((visited) => visited.length > 0)).toHaveLength(1)
    expect(await told()).toEqual(notices('here-web', 'here-shop'))
    expect(await store.sessions.end(here.uid, NOW + 1)).toEqual([])
  })

  test('answers where it was used', async () => {
    const { here } = await signedIn()
    expect(await store.sessions.end(here.uid, NOW)).toEqual([
      { sessionUid: here.uid, applicationUid: 'shop', sid: 'here-shop' },
      { sessionUid: here.uid, applicationUid: 'web', sid: 'here-web' },
    ])
  })

  test('by revokeAll takes offline grants along, and lets the person sign in again', async () => {
    const { user, here } = await signedIn()
    const offline = anAuthorization(here, { isOffline: true })
    await store.authorizations.create(offline, aCode())
    expect(await store.users.revokeAll(user.uid, NOW)).toMatchObject({ authorizations: 1 })
    expect(await store.authorizations.find(offline.uid)).toMatchObject({ isLive: false })
    const again = await aStoredSession(store, user.uid)
    expect(await store.sessions.find(again.uid, NOW)).toBeDefined()
  })
})
