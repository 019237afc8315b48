import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Authorization } from '../../src/model/authorization.ts'
import { type ConfigurableStore, openStore } from '../../src/store/open.ts'
import type { NewTokens, Rotation, TenantStore } from '../../src/store/port.ts'
import {
  aCode,
  anAccessToken,
  anAuthorization,
  anId,
  anInteraction,
  aRefreshToken,
  aStoredSession,
  aUser,
  NOW,
  times,
} from '../support/rows.ts'
import { type FreshDatabase, testRandom as random, stores } from '../support/stores.ts'

describe.each(stores)('grants on $name', ({ fresh }) => {
  let database: FreshDatabase
  let one: ConfigurableStore
  let other: ConfigurableStore
  let store: TenantStore
  let elsewhere: TenantStore

  beforeAll(async () => {
    database = await fresh()
    const opening = { schema: 'migrate', random, prepare: true } as const
    one = await openStore(database.url, opening)
    other = await openStore(database.url, opening)
    store = one.tenant('acme')
    elsewhere = other.tenant('acme')
  })
  afterAll(async () => {
    await one.close()
    await other.close()
    await database.remove()
  })

  /** A person, signed in, who allowed something. */
  async function granted(change: Partial<Authorization> = {}) {
    const user = aUser()
    await store.users.create(user)
    const session = await aStoredSession(store, user.uid)
    const authorization = anAuthorization(session, change)
    const code = aCode()
    await store.authorizations.create(authorization, code)
    return { user, session, authorization, code }
  }

  test('nothing is stored for a session that has ended meanwhile, also offline', async () => {
    const { user, session } = await granted()
    await store.users.disable(user.uid, NOW)
    await store.users.enable(user.uid, NOW)
    const late = anAuthorization(session, { isOffline: true })
    const code = aCode()
    expect(await store.authorizations.create(late, code)).toBe(false)
    expect(await store.authorizations.find(late.uid)).toBeUndefined()
    expect(await store.codes.find(code.key)).toBeUndefined()
    const interaction = anInteraction()
    await store.interactions.begin(interaction)
    expect(await store.interactions.complete(interaction, late, code, NOW)).toBe(false)
    expect(await store.codes.find(code.key)).toBeUndefined()
    expect(await store.interactions.find(interaction.digest, NOW)).toEqual(interaction)
  })

  test('of 20 that are the first to allow an application something in a session each has the same sid', async () => {
    const user = aUser()
    await store.users.create(user)
    const session = await aStoredSession(store, user.uid)
    const codes = await times(20, async () => {
      const code = aCode()
      await either().authorizations.create(anAuthorization(session, { sid: anId() }), code)
      return code
    })
    const found = await Promise.all(codes.map(({ key }) => store.codes.find(key)))
    const [sid, ...others] = new Set(found.map((each) => each?.authorization.sid))
    expect(others).toEqual([])
    expect(await store.sessions.sid(session.uid, 'application', anId())).toBe(sid)
  })

  test('all that an application is allowed in a session has one sid', async () => {
    const { session, authorization, code } = await granted()
    const codes = await times(20, async () => {
      const another = aCode()
      await either().authorizations.create(anAuthorization(session, { sid: anId() }), another)
      return another
    })
    const sids = await Promise.all(
      [code, ...codes].map(async ({ key }) => (await store.codes.find(key))?.authorization.sid),
    )
    expect(new Set(sids)).toEqual(new Set([authorization.sid]))
  })

  const bought = (authorization: Authorization) => ({
    access: anAccessToken(authorization),
    refresh: aRefreshToken(authorization),
  })

  const rotation = (authorization: Authorization, grace: number): Rotation => ({
    bought: bought(authorization),
    sealedResponse: grace > 0 ? `sealed-${Math.random()}` : undefined,
    graceUntil: NOW + grace,
  })

  /** Alternately through two instances on the same database. */
  let turn = 0
  const either = (): TenantStore => {
    turn += 1
    return turn % 2 === 0 ? store : elsewhere
  }

  test('of 50 redemptions of a code one is fresh, and the others end what it bought', async () => {
    const { authorization, code } = await granted()
    const offers: NewTokens[] = []
    const outcomes = await times(50, () => {
      const offer = bought(authorization)
      offers.push(offer)
      return either().codes.redeem(code.key, offer, NOW)
    })
    expect(outcomes.filter((each) => each === 'fresh')).toHaveLength(1)
    const found = await Promise.all(offers.map(({ access }) => store.accessTokens.find(access.key)))
    expect(found.filter((each) => each !== undefined)).toMatchObject([{ isLive: false }])
    expect(await store.authorizations.find(authorization.uid)).toMatchObject({ isLive: false })
  })

  test('a code burnt buys nothing', async () => {
    const { authorization, code } = await granted()
    await store.codes.burn(code.key, NOW)
    expect(await store.codes.find(code.key)).toMatchObject({ consumedAt: NOW })
    expect(await store.codes.redeem(code.key, bought(authorization), NOW)).toBe('replayed')
  })

  test.for([
    { grace: 0, rest: 'reused' },
    { grace: 10, rest: 'repeated' },
  ])(
    'of 50 rotations with grace $grace one is fresh and the rest $rest',
    async ({ grace, rest }) => {
      const { authorization, code } = await granted()
      const first = bought(authorization)
      await store.codes.redeem(code.key, first, NOW)
      const offers: Rotation[] = []
      const outcomes = await times(50, () => {
        const offer = rotation(authorization, grace)
        offers.push(offer)
        return either().refreshTokens.rotate(first.refresh.key, offer, NOW)
      })
      const won = outcomes.findIndex(({ outcome }) => outcome === 'fresh')
      const others = outcomes.filter((_, index) => index !== won)
      const answer =
        rest === 'reused'
          ? { outcome: rest }
          : { outcome: rest, sealedResponse: offers[won]?.sealedResponse }
      expect(others).toEqual(others.map(() => answer))
      const successors = await Promise.all(
        offers.map((offer) => store.refreshTokens.find(offer.bought.refresh.key)),
      )
      expect(successors.filter((each) => each !== undefined)).toHaveLength(1)
      expect(await store.authorizations.find(authorization.uid)).toMatchObject({
        isLive: rest === 'repeated',
      })
    },
  )

  test.for([
    { when: 'the grace is over', later: 10, useSuccessor: false },
    { when: 'the successor was used', later: 1, useSuccessor: true },
  ])('a parent used again is reuse once $when', async ({ later, useSuccessor }) => {
    const { authorization, code } = await granted()
    const first = bought(authorization)
    await store.codes.redeem(code.key, first, NOW)
    const second = rotation(authorization, 10)
    await store.refreshTokens.rotate(first.refresh.key, second, NOW)
    if (useSuccessor)
      await store.refreshTokens.rotate(second.bought.refresh.key, rotation(authorization, 10), NOW)
    const again = rotation(authorization, 10)
    expect(await store.refreshTokens.rotate(first.refresh.key, again, NOW + later)).toEqual({
      outcome: 'reused',
    })
    expect(await store.refreshTokens.find(second.bought.refresh.key)).toMatchObject({
      authorization: { isLive: false },
    })
  })

  test('a use without rotation moves the idle limit and keeps the token', async () => {
    const { authorization, code } = await granted()
    const first = bought(authorization)
    await store.codes.redeem(code.key, first, NOW)
    const access = anAccessToken(authorization)
    expect(await store.refreshTokens.use(first.refresh.key, access, NOW + 9000)).toBe(true)
    expect(await store.refreshTokens.find(first.refresh.key)).toMatchObject({
      idleExpiresAt: NOW + 9000,
      consumedAt: undefined,
    })
    expect(await store.accessTokens.find(access.key)).toMatchObject({ ...access, isLive: true })
  })

  test('a token that was rotated buys nothing without rotation', async () => {
    const { authorization, code } = await granted()
    const first = bought(authorization)
    await store.codes.redeem(code.key, first, NOW)
    await store.refreshTokens.rotate(first.refresh.key, rotation(authorization, 10), NOW)
    const access = anAccessToken(authorization)
    expect(await store.refreshTokens.use(first.refresh.key, access, NOW + 9000)).toBe(false)
    expect(await store.accessTokens.find(access.key)).toBeUndefined()
  })

  test('a sealed response is wiped when its grace is over, and not before', async () => {
    const { authorization, code } = await granted()
    const first = bought(authorization)
    await store.codes.redeem(code.key, first, NOW)
    await store.refreshTokens.rotate(first.refresh.key, rotation(authorization, 10), NOW)
    const sealed = async () =>
      (await store.refreshTokens.find(first.refresh.key))?.sealedResponse !== undefined
    await store.refreshTokens.forgetResponses(NOW + 9)
    expect(await sealed()).toBe(true)
    await store.refreshTokens.forgetResponses(NOW + 10)
    expect(await sealed()).toBe(false)
  })

  test('of access tokens that are issued at once, one that cannot be stored fails alone', async () => {
    const twice = anAccessToken()
    const tokens = [...Array.from({ length: 50 }, () => anAccessToken()), twice, twice]
    const issued = await Promise.allSettled(tokens.map((each) => store.accessTokens.issue(each)))
    expect(issued.filter(({ status }) => status === 'rejected')).toHaveLength(1)
    for (const { key } of tokens)
      expect(await elsewhere.accessTokens.find(key)).toMatchObject({ isLive: true })
  })

  test('of 50 completions of an interaction one is true, and only its code exists', async () => {
    const { user } = await granted()
    const interaction = anInteraction()
    await store.interactions.begin(interaction)
    const entry = { interactionDigest: interaction.digest }
    const session = await aStoredSession(store, user.uid, {}, entry)
    const codes: Buffer[] = []
    const outcomes = await times(50, () => {
      const code = aCode()
      codes.push(code.key)
      return either().interactions.complete(interaction, anAuthorization(session), code, NOW)
    })
    expect(outcomes.filter(Boolean)).toHaveLength(1)
    const found = await Promise.all(codes.map((key) => store.codes.find(key)))
    expect(found.filter((each) => each !== undefined)).toHaveLength(1)
    expect(await store.interactions.refuse(interaction, NOW)).toBe(false)
    expect(await store.interactions.find(interaction.digest, NOW)).toEqual({
      ...interaction,
      authenticatedSessionUid: session.uid,
      completedAt: NOW,
    })
  })

  test.for([
    { what: 'its session ends', isOffline: false, isLive: false },
    { what: 'its session ends, granted offline', isOffline: true, isLive: true },
    { what: 'its user is disabled', isOffline: true, isLive: false },
    { what: 'its authorization is revoked', isOffline: true, isLive: false },
    { what: 'it is revoked', isOffline: true, isLive: false },
  ])('a token is live: $isLive when $what', async ({ what, isOffline, isLive }) => {
    const claims = { userinfo: ['name'], idToken: [] }
    const { user, session, authorization } = await granted({ isOffline, claims })
    const token = anAccessToken(authorization)
    await store.accessTokens.issue(token)
    expect(await store.accessTokens.find(token.key)).toEqual({ ...token, isLive: true, claims })
    if (what.startsWith('its session')) await store.sessions.end(session.uid, NOW)
    if (what.startsWith('its user')) await store.users.disable(user.uid, NOW)
    if (what.startsWith('its authorization'))
      await store.authorizations.revoke(authorization.uid, NOW)
    if (what.startsWith('it is')) await store.accessTokens.revoke(token.key, NOW)
    expect(await elsewhere.accessTokens.find(token.key)).toMatchObject({ isLive })
  })

  test('consents add up', async () => {
    const first = { scopes: ['openid'], resources: [], claims: [] }
    const second = { scopes: ['email', 'openid'], resources: ['r'], claims: ['name'] }
    await store.consents.grant('ann', 'web', first, NOW)
    await store.consents.grant('ann', 'web', second, NOW)
    expect(await store.consents.find('ann', 'web')).toEqual(second)
    expect(await store.consents.find('ann', 'spa')).toBeUndefined()
  })
})
