import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ConfigurableStore, openStore } from '../../src/store/open.ts'
import type { TenantStore } from '../../src/store/port.ts'
import {
  aCode,
  anAuthorization,
  anId,
  aSession,
  aSignIn,
  aStoredSession,
  aUser,
  NOW,
  times,
} from '../support/rows.ts'
import { type FreshDatabase, testRandom as random, stores } from '../support/stores.ts'

describe.each(stores)('people on $name', ({ fresh }) => {
  let database: FreshDatabase
  let whole: ConfigurableStore
  let store: TenantStore

  beforeAll(async () => {
    database = await fresh()
    whole = await openStore(database.url, { schema: 'migrate', random })
    store = whole.tenant('acme')
  })
  afterAll(async () => {
    await whole.close()
    await database.remove()
  })

  test('a user is found by either name in any case, as stored', async () => {
    const user = aUser({
      username: 'Ann',
      email: 'Ann@Acme.example',
      emailVerified: true,
      claims: { locale: 'de' },
      roles: ['admin'],
      groups: ['Staff', 'Zürich'],
    })
    expect(await store.users.create(user)).toBe('created')
    for (const login of ['ann', 'ANN', 'ann@ACME.example'])
      expect(await store.users.findByLogin(login)).toEqual(user)
    expect(await store.users.find(user.uid)).toEqual(user)
  })

  test('of twenty first subjects of a sector one stays, and leads back', async () => {
    const uid = anId()
    const taken = await Promise.all(
      Array.from({ length: 20 }, () => store.subjects.take(uid, 'a.example', anId())),
    )
    const [sub = ''] = new Set(taken)
    expect(new Set(taken).size).toBe(1)
    expect(await store.subjects.take(uid, 'b.example', anId())).not.toBe(sub)
    expect(await store.subjects.take(anId(), 'a.example', anId())).not.toBe(sub)
    expect(await store.subjects.find(sub, 'a.example')).toBe(uid)
    expect(await store.subjects.find(sub, 'b.example')).toBeUndefined()
    expect(await store.subjects.find(uid, 'a.example')).toBeUndefined()
  })

  test.for([
    { name: 'username', change: { username: 'BOB' } },
    { name: 'e-mail', change: { email: 'Bob@acme.example' } },
    { name: 'e-mail as username', change: { username: 'bob@acme.example' } },
  ])('$name of another is taken', async ({ change }) => {
    await store.users.create(aUser({ username: 'bob', email: 'bob@acme.example' }))
    expect(await store.users.create(aUser(change))).toBe('taken')
  })

  test('of 20 users of one name one is created', async () => {
    const outcomes = await times(20, () => store.users.create(aUser({ username: 'carol' })))
    expect(outcomes.filter((each) => each === 'created')).toHaveLength(1)
  })

  test('users are listed in order of username, page by page', async () => {
    const other = whole.tenant('listed')
    for (const username of ['b', 'C', 'a'])
      await other.users.create(aUser({ username, email: `${username}@x.example` }))
    const names = async (after?: string) =>
      (await other.users.list({ ...(after === undefined ? {} : { after }), limit: 2 })).map(
        (user) => user.username,
      )
    expect(await names()).toEqual(['a', 'b'])
    expect(await names('b')).toEqual(['C'])
  })

  test('a password hash is upgraded only from what it was', async () => {
    const user = aUser({ passwordHash: 'weak' })
    await store.users.create(user)
    expect(await store.users.upgradePasswordHash(user.uid, 'other', 'strong')).toBe(false)
    expect(await store.users.find(user.uid)).toMatchObject({ passwordHash: 'weak' })
    expect(await store.users.upgradePasswordHash(user.uid, 'weak', 'strong')).toBe(true)
    expect(await store.users.find(user.uid)).toMatchObject({ passwordHash: 'strong' })
  })

  test('a user code is set, and ends nothing', async () => {
    const user = aUser()
    await store.users.create(user)
    const session = await aStoredSession(store, user.uid)
    await store.users.setCibaUserCode(user.uid, 'code', NOW)
    expect(await store.users.find(user.uid)).toEqual({
      ...user,
      cibaUserCodeHash: 'code',
      updatedAt: NOW,
    })
    expect(await store.sessions.find(session.uid, NOW)).toEqual(session)
  })

  test.for(['setPassword', 'disable', 'endAllOf'] as const)('%s ends the sessions', async (how) => {
    const user = aUser()
    await store.users.create(user)
    const session = await aStoredSession(store, user.uid)
    expect(await store.sessions.find(session.uid, NOW)).toEqual(session)
    if (how === 'setPassword') await store.users.setPassword(user.uid, 'new', NOW)
    if (how === 'disable') expect(await store.users.disable(user.uid, NOW)).toBe(true)
    if (how === 'endAllOf') await store.sessions.endAllOf(user.uid, NOW)
    expect(await store.sessions.find(session.uid, NOW)).toBeUndefined()
  })

  test('enabling brings back the user and no session', async () => {
    const user = aUser()
    await store.users.create(user)
    const session = await aStoredSession(store, user.uid)
    await store.users.disable(user.uid, NOW)
    expect(await store.users.enable(user.uid, NOW)).toBe(true)
    expect(await store.users.find(user.uid)).toMatchObject({ disabledAt: undefined })
    expect(await store.sessions.find(session.uid, NOW)).toBeUndefined()
    expect(await store.users.disable('nobody', NOW)).toBe(false)
    expect(await store.users.enable('nobody', NOW)).toBe(false)
  })

  const policy = { maxFailures: 5, lockout: 900, passwordHash: 'argon2id' } as const

  test.for([50, 5, 6])('of %i attempts at once no more than five are allowed', async (count) => {
    const user = anId()
    const reserve = (now: number) => store.attempts.reserve(user, '', policy, now)
    const outcomes = await times(count, () => reserve(NOW))
    expect(outcomes.filter((each) => each === 'allowed')).toHaveLength(5)
    expect(await reserve(NOW + 899)).toBe('locked')
    expect(await store.attempts.reserve(user, 'known', policy, NOW)).toBe('allowed')
    const later = await times(count, () => reserve(NOW + 900))
    expect(later.filter((each) => each === 'allowed')).toHaveLength(5)
    await store.attempts.clear(user, '')
    expect(await reserve(NOW + 900)).toBe('allowed')
  })

  test('a browser signs in, signs in again and keeps the session', async () => {
    const user = aUser()
    await store.users.create(user)
    const first = { digest: anId() }
    const begun = await aStoredSession(store, user.uid, {}, first)
    const again = aSignIn(aSession(user.uid, { authTime: NOW + 5 }), {
      previousDigest: first.digest,
    })
    expect(await store.sessions.signIn(again, NOW + 5)).toEqual({
      ...again.session,
      uid: begun.uid,
    })
    expect(await store.sessions.peopleIn(first.digest, NOW)).toEqual([])
    expect(await store.sessions.peopleIn(again.digest, NOW)).toEqual([
      { session: { ...again.session, uid: begun.uid }, user },
    ])
    expect(await store.sessions.find(begun.uid, NOW + 600)).toBeUndefined()
    const used = { ...anAuthorization(begun), sessionIdleExpiresAt: NOW + 1200 }
    expect(await store.authorizations.create(used, aCode())).toBe(true)
    expect(await store.sessions.find(begun.uid, NOW + 600)).toBeDefined()
  })

  test('a session has one sid per application, whoever asks first', async () => {
    const sids = await times(20, () => store.sessions.sid('session', 'web', anId()))
    expect(new Set(sids).size).toBe(1)
    expect(sids).not.toContain(await store.sessions.sid('session', 'spa', anId()))
  })
})
