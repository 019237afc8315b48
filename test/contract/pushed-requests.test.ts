import { expect, test } from 'vitest'
import { eachStore } from '../support/each-store.ts'
import {
  aCode,
  anAuthorization,
  anInteraction,
  aPushedRequest,
  aStoredSession,
  aUser,
  NOW,
  times,
} from '../support/rows.ts'

eachStore((open) => {
  const acme = async () => (await open()).tenant('acme')

  test('a pushed request comes back as it was, for its tenant only, also when it has expired', async () => {
    const store = await acme()
    const request = aPushedRequest({ isSigned: true, expiresAt: NOW - 1 })
    await store.pushedRequests.push(request)
    expect(await store.pushedRequests.find(request.key)).toEqual({
      ...request,
      consumedAt: undefined,
    })
    const other = (await open()).tenant('other')
    expect(await other.pushedRequests.find(request.key)).toBeUndefined()
    const user = aUser()
    await other.users.create(user)
    const session = await aStoredSession(other, user.uid)
    const allowed = anAuthorization(session)
    expect(await other.authorizations.create(allowed, aCode(), request.key)).toBe(false)
  })

  test('of 20 authorizations of one pushed request one is completed, and only its code exists', async () => {
    const store = await acme()
    const { key, ...request } = aPushedRequest()
    await store.pushedRequests.push({ key, ...request })
    const user = aUser()
    await store.users.create(user)
    const session = await aStoredSession(store, user.uid)
    const codes: Buffer[] = []
    let turn = 0
    const outcomes = await times(20, async () => {
      turn += 1
      const authorization = anAuthorization(session)
      const code = aCode()
      codes.push(code.key)
      if (turn % 2 === 0) return store.authorizations.create(authorization, code, key)
      const interaction = anInteraction({ pushedKey: key })
      await store.interactions.begin(interaction)
      return store.interactions.complete(interaction, authorization, code, NOW)
    })
    expect(outcomes.filter(Boolean)).toHaveLength(1)
    const found = await Promise.all(codes.map((each) => store.codes.find(each)))
    expect(found.filter((each) => each !== undefined)).toHaveLength(1)
    expect(await store.pushedRequests.find(key)).toMatchObject({ consumedAt: NOW })
  })

  test('a refusal uses it up, and what another used up cannot be refused', async () => {
    const store = await acme()
    const request = aPushedRequest()
    await store.pushedRequests.push(request)
    const [first, second] = [request, request].map(({ key }) => anInteraction({ pushedKey: key }))
    if (first === undefined || second === undefined) throw new Error('no interactions')
    await store.interactions.begin(first)
    await store.interactions.begin(second)
    expect(await store.interactions.find(first.digest, NOW)).toEqual(first)
    expect(await store.interactions.refuse(first, NOW)).toBe(true)
    expect(await store.interactions.refuse(second, NOW)).toBe(false)
    expect(await store.interactions.find(second.digest, NOW)).toEqual(second)
  })

  test('an interaction that has one is not answered without it, nor with another', async () => {
    const store = await acme()
    const [own, another] = [aPushedRequest(), aPushedRequest()]
    await store.pushedRequests.push(own)
    await store.pushedRequests.push(another)
    const user = aUser()
    await store.users.create(user)
    const session = await aStoredSession(store, user.uid)
    const { digest, ...asked } = anInteraction({ pushedKey: own.key })
    await store.interactions.begin({ digest, ...asked })
    for (const pushedKey of [undefined, another.key]) {
      const allowed = anAuthorization(session)
      const key = { digest, pushedKey }
      expect(await store.interactions.complete(key, allowed, aCode(), NOW)).toBe(false)
      expect(await store.interactions.refuse(key, NOW)).toBe(false)
    }
    expect(await store.pushedRequests.find(own.key)).toMatchObject({ consumedAt: undefined })
    expect(await store.interactions.refuse({ digest, pushedKey: own.key }, NOW)).toBe(true)
  })

  test('it is not used up in a session that has ended', async () => {
    const store = await acme()
    const pushed = aPushedRequest()
    await store.pushedRequests.push(pushed)
    const user = aUser()
    await store.users.create(user)
    const session = await aStoredSession(store, user.uid)
    await store.sessions.end(session.uid, NOW)
    const interaction = anInteraction({ pushedKey: pushed.key })
    await store.interactions.begin(interaction)
    const allowed = anAuthorization(session)
    expect(await store.authorizations.create(allowed, aCode(), pushed.key)).toBe(false)
    expect(await store.interactions.complete(interaction, allowed, aCode(), NOW)).toBe(false)
    expect(await store.pushedRequests.find(pushed.key)).toMatchObject({ consumedAt: undefined })
    expect(await store.interactions.find(interaction.digest, NOW)).toEqual(interaction)
  })
})
