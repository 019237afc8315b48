import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ConfigurableStore, openStore } from '../../src/store/open.ts'
import type { NewCode, TenantStore } from '../../src/store/port.ts'
import {
  aCode,
  anAccessToken,
  anAuthorization,
  anInteraction,
  aPushedRequest,
  aRefreshToken,
  aStoredSession,
  aUser,
  NOW,
} from '../support/rows.ts'
import { type FreshDatabase, testRandom as random, stores } from '../support/stores.ts'

describe.each(stores)('what is one statement, or one question, on $name', ({ fresh }) => {
  let database: FreshDatabase
  let opened: ConfigurableStore
  let store: TenantStore

  beforeAll(async () => {
    database = await fresh()
    opened = await openStore(database.url, { schema: 'migrate', random, prepare: true })
    store = opened.tenant('acme')
  })
  afterAll(async () => {
    await opened.close()
    await database.remove()
  })

  /** A code, and what can be bought with it. */
  async function offered() {
    const user = aUser()
    await store.users.create(user)
    const session = await aStoredSession(store, user.uid)
    const authorization = anAuthorization(session)
    const code = aCode()
    await store.authorizations.create(authorization, code)
    const bought = () => ({
      access: anAccessToken(authorization),
      refresh: aRefreshToken(authorization),
    })
    return { code, bought }
  }

  test('a sign-in is not finished with a code that cannot be stored', async () => {
    const { code } = await offered()
    const user = aUser()
    await store.users.create(user)
    const pushed = aPushedRequest()
    await store.pushedRequests.push(pushed)
    const interaction = anInteraction({ pushedKey: pushed.key })
    await store.interactions.begin(interaction)
    const session = await aStoredSession(store, user.uid)
    const complete = (made: NewCode) => {
      const allowed = anAuthorization(session)
      return store.interactions.complete(interaction, allowed, made, NOW)
    }
    await expect(complete(code)).rejects.toThrow()
    expect(await store.interactions.find(interaction.digest, NOW)).toEqual(interaction)
    expect(await complete(aCode())).toBe(true)
    expect(await complete(aCode())).toBe(false)
  })

  test('a code is not used up by tokens of which one cannot be stored', async () => {
    const { code, bought } = await offered()
    const stored = anAccessToken()
    await store.accessTokens.issue(stored)
    const offer = bought()
    const spoilt = { ...offer, access: { ...offer.access, key: stored.key } }
    await expect(store.codes.redeem(code.key, spoilt, NOW)).rejects.toThrow()
    expect(await store.refreshTokens.find(offer.refresh.key)).toBeUndefined()
    expect(await store.codes.redeem(code.key, offer, NOW)).toBe('fresh')
  })

  test('a refresh token is not used up by a successor beside which one cannot be stored', async () => {
    const { code, bought } = await offered()
    const first = bought()
    await store.codes.redeem(code.key, first, NOW)
    const next = bought()
    const rotate = (access = next.access) => {
      const rotation = { bought: { ...next, access }, sealedResponse: 'x', graceUntil: NOW + 10 }
      return store.refreshTokens.rotate(first.refresh.key, rotation, NOW)
    }
    await expect(rotate({ ...next.access, key: first.access.key })).rejects.toThrow()
    expect(await store.refreshTokens.find(next.refresh.key)).toBeUndefined()
    expect(await store.refreshTokens.find(first.refresh.key)).toMatchObject({
      consumedAt: undefined,
      sealedResponse: undefined,
    })
    expect(await rotate()).toEqual({ outcome: 'fresh' })
  })

  test('of 200 searches at once, in two tenants and for what is not there, each gets its own', async () => {
    const others = opened.tenant('umbra')
    const mine = Array.from({ length: 50 }, () => anAccessToken())
    const theirs = Array.from({ length: 50 }, () => anAccessToken())
    await Promise.all([
      ...mine.map((token) => store.accessTokens.issue(token)),
      ...theirs.map((token) => others.accessTokens.issue(token)),
    ])
    const found = await Promise.all(
      [...mine, ...theirs].flatMap(({ key }) => [
        store.accessTokens.find(key),
        others.accessTokens.find(key),
      ]),
    )
    expect(found.map((each) => each?.key)).toEqual([
      ...mine.flatMap(({ key }) => [key, undefined]),
      ...theirs.flatMap(({ key }) => [undefined, key]),
    ])
  })
})
