import { expect, test } from 'vitest'
import { openStore } from '../../src/store/open.ts'
import { anId, aSession, aSignIn, aUser, NOW } from '../support/rows.ts'
import { testRandom as random, stores } from '../support/stores.ts'

test.for(stores)('sessions are listed from the newest on $name', async ({ fresh }) => {
  const database = await fresh()
  const whole = await openStore(database.url, { schema: 'migrate', random })
  const store = whole.tenant(anId())
  const [alice, bob] = [aUser(), aUser()]
  for (const user of [alice, bob]) await store.users.create(user)
  for (const [uid, user] of [
    ['S2', bob],
    ['S1', alice],
    ['S4', alice],
    ['S3', alice],
  ] as const)
    await store.sessions.signIn(aSignIn(aSession(user.uid, { uid })), NOW)

  const userUid = alice.uid
  for (const { page, uids } of [
    { page: { limit: 9 }, uids: ['S4', 'S3', 'S2', 'S1'] },
    { page: { limit: 2 }, uids: ['S4', 'S3'] },
    { page: { limit: 9, before: 'S3' }, uids: ['S2', 'S1'] },
    { page: { limit: 9, before: 'S3', userUid }, uids: ['S1'] },
    { page: { limit: 9, uid: 'S2' }, uids: ['S2'] },
    { page: { limit: 9, uid: 'S2', userUid }, uids: [] },
  ]) {
    const listed = await store.sessions.list(page, NOW)
    expect(
      listed.map(({ uid }) => uid),
      JSON.stringify(page),
    ).toEqual(uids)
  }
  expect(await whole.tenant(anId()).sessions.list({ limit: 9 }, NOW)).toEqual([])
  await whole.close()
  await database.remove()
})
