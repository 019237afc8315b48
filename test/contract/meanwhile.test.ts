import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DELIVERY_STATES } from '../../src/model/delivery.ts'
import { type ConfigurableStore, openStore } from '../../src/store/open.ts'
import type { TenantStore } from '../../src/store/port.ts'
import {
  aCode,
  anAuthorization,
  anId,
  anInteraction,
  aSession,
  aSignIn,
  aStoredSession,
  aUser,
  NOW,
} from '../support/rows.ts'
import { type FreshDatabase, testRandom as random, stores } from '../support/stores.ts'

describe.each(stores)('what ends while something is stored for it on $name', ({ fresh }) => {
  let database: FreshDatabase
  let opened: readonly ConfigurableStore[]
  let store: TenantStore
  let elsewhere: TenantStore
  const either = (turn: number) => (turn % 2 === 0 ? store : elsewhere)

  beforeAll(async () => {
    database = await fresh()
    const opening = { schema: 'migrate', random, prepare: true } as const
    const [one, other] = [
      await openStore(database.url, opening),
      await openStore(database.url, opening),
    ]
    opened = [one, other]
    store = one.tenant('acme')
    elsewhere = other.tenant('acme')
  })
  afterAll(async () => {
    for (const each of opened) await each.close()
    await database.remove()
  })

  test.for(['end', 'disable'] as const)(
    'what is allowed while the session goes by %s is not there, or has ended and its application is told',
    async (how) => {
      const user = aUser()
      await store.users.create(user)
      const session = await aStoredSession(store, user.uid)
      const ended =
        how === 'end'
          ? () => elsewhere.sessions.end(session.uid, NOW)
          : () => elsewhere.users.disable(user.uid, NOW)
      const saved: { readonly key: Buffer; readonly applicationUid: string }[] = []
      const save = async (turn: number) => {
        const code = aCode()
        const allowed = anAuthorization(session, { applicationUid: anId() })
        const interaction = anInteraction()
        await store.interactions.begin(interaction)
        const { authorizations, interactions } = either(turn >> 1)
        const isSaved = await (turn % 2 === 0
          ? authorizations.create(allowed, code)
          : interactions.complete(interaction, allowed, code, NOW))
        if (isSaved) saved.push({ key: code.key, applicationUid: allowed.applicationUid })
        expect((await store.codes.find(code.key)) !== undefined).toBe(isSaved)
      }
      await Promise.all([...Array.from({ length: 20 }, (_, turn) => save(turn)), ended()])
      const told = await store.deliveries.list({ states: DELIVERY_STATES, limit: 999 })
      for (const { key, applicationUid } of saved) {
        expect(await store.codes.find(key)).toMatchObject({ authorization: { isLive: false } })
        expect(told.map((each) => each.applicationUid)).toContain(applicationUid)
      }
    },
  )

  test.for([
    { who: 'has another password by now', change: { passwordHash: 'new' } },
    { who: 'has no password any more', change: { passwordHash: undefined } },
    { who: 'is disabled', change: { disabledAt: NOW } },
  ])('nobody who $who is signed in, in a new browser or a known one', async ({ change }) => {
    const [owner, guest] = [
      aUser({ passwordHash: 'old' }),
      aUser({ passwordHash: 'old', ...change }),
    ]
    await store.users.create(owner)
    await store.users.create(guest)
    const known = aSignIn(aSession(owner.uid), { passwordHash: 'old' })
    const interaction = anInteraction()
    await store.interactions.begin(interaction)
    expect(await store.sessions.signIn(known, NOW)).toEqual(known.session)
    for (const previousDigest of [undefined, known.digest]) {
      const entry = { previousDigest, passwordHash: 'old', interactionDigest: interaction.digest }
      const signIn = aSignIn(aSession(guest.uid), entry)
      expect(await store.sessions.signIn(signIn, NOW)).toBeUndefined()
      expect(await store.sessions.find(signIn.session.uid, NOW)).toBeUndefined()
      expect(await store.sessions.peopleIn(signIn.digest, NOW)).toEqual([])
    }
    expect(await store.sessions.peopleIn(known.digest, NOW)).toMatchObject([{ user: owner }])
    expect(await store.interactions.find(interaction.digest, NOW)).toEqual(interaction)
  })

  test.for(['setPassword', 'disable'] as const)(
    'of 20 sign-ins while %s changes what they were let in with none outlives it',
    async (how) => {
      const user = aUser({ passwordHash: 'old' })
      await store.users.create(user)
      const end = () =>
        how === 'disable'
          ? store.users.disable(user.uid, NOW)
          : store.users.setPassword(user.uid, 'new', NOW)
      await Promise.all([
        ...Array.from({ length: 20 }, (_, turn) =>
          either(turn).sessions.signIn(aSignIn(aSession(user.uid), { passwordHash: 'old' }), NOW),
        ),
        end(),
      ])
      await store.users.enable(user.uid, NOW)
      expect(await store.sessions.list({ userUid: user.uid, limit: 99 }, NOW)).toEqual([])
    },
  )
})
