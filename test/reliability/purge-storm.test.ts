import BetterSqlite from 'better-sqlite3'
import { afterEach, describe, expect, test } from 'vitest'
import { startPurge } from '../../src/cli/server/purge.ts'
import { type ConfigurableStore, openStore } from '../../src/store/open.ts'
import { silent } from '../support/builders.ts'
import { MASTER_KEY } from '../support/command.ts'
import { aTenant, devProject } from '../support/documents.ts'
import { movableClock } from '../support/door.ts'
import { aFolder } from '../support/folder.ts'
import {
  aCode,
  anAccessToken,
  anAuthorization,
  anId,
  aRefreshToken,
  aStoredSession,
  aUser,
  NOW,
  times,
} from '../support/rows.ts'
import { applied, serving } from '../support/serving.ts'
import { testRandom as random, stores } from '../support/stores.ts'

const SOON = { firstMs: 1, pauseMs: { least: 5, most: 10 } }
const OVER = NOW - 86_400

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** A database of its own until the test is over. */
async function aDatabase(ready: (typeof stores)[number]['ready']): Promise<string> {
  const { url, remove } = await ready()
  ends.push(remove)
  return url
}

async function opened(url: string): Promise<ConfigurableStore> {
  const store = await openStore(url, { schema: 'migrate', random })
  ends.push(() => store.close())
  return store
}

/** A family of its own, rotated so many times by whichever server. */
async function rotated(both: readonly ConfigurableStore[], tenant: string, count: number) {
  const at = (turn: number) => (both[turn % both.length] ?? expect.unreachable()).tenant(tenant)
  const user = aUser()
  await at(0).users.create(user)
  const session = await aStoredSession(at(0), user.uid)
  const grant = anAuthorization(session)
  const code = aCode()
  await at(1).authorizations.create(grant, code)
  let refresh = aRefreshToken(grant)
  expect(await at(0).codes.redeem(code.key, { access: anAccessToken(grant), refresh }, NOW)).toBe(
    'fresh',
  )
  for (let turn = 0; turn < count; turn += 1) {
    const successor = aRefreshToken(grant)
    const access = { ...anAccessToken(grant), expiresAt: turn % 2 === 0 ? OVER : NOW + 900 }
    const rotation = {
      bought: { access, refresh: successor },
      sealedResponse: 'x',
      graceUntil: NOW,
    }
    const done = await at(turn).refreshTokens.rotate(refresh.key, rotation, NOW)
    expect(done).toEqual({ outcome: 'fresh' })
    refresh = successor
  }
  return { grant, refresh, code }
}

describe.each(stores)('a storm on $name', ({ ready }) => {
  test('of refreshes, revocations, sign-outs and applies while rows are removed', async () => {
    const url = await aDatabase(ready)
    const both = [await opened(url), await opened(url)]
    const [first = expect.unreachable()] = both
    const tenant = anId()
    const clock = movableClock(NOW * 1000)
    const purges = both.map(({ purging, system }) =>
      startPurge(
        {
          database: { purging, system: { ...system, now: async () => undefined } },
          clock,
          random,
          log: silent,
        },
        SOON,
      ),
    )
    for (const purge of purges) ends.push(() => purge.stop())
    const applies = times(8, () => first.config.transaction(20_000, (tx) => tx.live()))
    const families = await times(8, () => rotated(both, tenant, 10))
    await applies
    const ended = families.slice(0, 4)
    await Promise.all(
      ended.map(({ grant, code }, index) =>
        index % 2 === 0
          ? first
              .tenant(tenant)
              .codes.redeem(code.key, { access: anAccessToken(grant), refresh: undefined }, NOW)
          : first.tenant(tenant).sessions.end(grant.sessionUid, NOW),
      ),
    )
    await expect.poll(() => first.purging.count('access_token', NOW), { timeout: 20_000 }).toBe(0)
    await Promise.all(purges.map((purge) => purge.stop()))
    const removed = purges.map((purge) => purge.purged().get('access_token') ?? 0)
    expect(removed.reduce((sum, rows) => sum + rows, 0)).toBe(8 * 5)
    for (const [index, { refresh, code }] of families.entries()) {
      const found = await first.tenant(tenant).refreshTokens.find(refresh.key)
      expect(found?.authorization.isLive).toBe(index >= 4)
      expect((await first.tenant(tenant).codes.find(code.key))?.consumedAt).toBe(NOW)
    }
  }, 90_000)

  test('a server that is killed while it removes leaves whole rows, and the next one goes on', async () => {
    const databaseUrl = await aDatabase(ready)
    const project = aFolder(devProject(aTenant('ours')))
    ends.push(project.remove)
    await applied(project.path, databaseUrl)
    const store = await opened(databaseUrl)
    const { accessTokens } = store.tenant(anId())
    const now = Math.floor(Date.now() / 1000)
    const live = { ...anAccessToken(), expiresAt: now + 900 }
    await accessTokens.issue(live)
    for (let some = 0; some < 10; some += 1)
      await times(2000, () => accessTokens.issue({ ...anAccessToken(), expiresAt: OVER - 3e8 }))
    const env = { TOKENIDP_MASTER_KEY: MASTER_KEY }
    const left = () => store.purging.count('access_token', now)
    const server = await serving({ databaseUrl, env })
    ends.push(() => server.kill())
    await expect.poll(left, { timeout: 20_000, interval: 20 }).toBeLessThan(20_000)
    await server.kill()
    const rest = await left()
    expect(rest).toBeGreaterThan(0)
    if (databaseUrl.startsWith('sqlite:')) {
      const file = new BetterSqlite(databaseUrl.slice('sqlite:'.length))
      expect(file.pragma('integrity_check', { simple: true })).toBe('ok')
      file.close()
    }
    // Its turn is not over yet; nobody has to wait for it in a test.
    await store.purging.takeTurn('nobody', 0, now + 999)
    const next = await serving({ databaseUrl, env })
    ends.push(() => next.kill())
    await expect.poll(left, { timeout: 40_000 }).toBe(0)
    expect(await accessTokens.find(live.key)).toMatchObject({ isLive: true })
    const { code, stderr } = await next.stop()
    expect(code).toBe(0)
    expect(stderr).toMatch(/"removed":\["access_token \d+"\],"message":"removed what is over"/)
  }, 90_000)
})

test('a file of SQLite takes back the room of what is gone', async () => {
  const [{ ready } = expect.unreachable()] = stores
  const url = await aDatabase(ready)
  const store = await opened(url)
  const { accessTokens } = store.tenant(anId())
  const file = new BetterSqlite(url.slice('sqlite:'.length), { readonly: true })
  ends.push(() => file.close())
  const pages: unknown[] = []
  for (let cycle = 0; cycle < 6; cycle += 1) {
    await times(2000, () => accessTokens.issue({ ...anAccessToken(), expiresAt: OVER }))
    let from: Parameters<typeof store.purging.sweep>[1]['from']
    do from = (await store.purging.sweep('access_token', { now: NOW, from, limit: 500 })).next
    while (from !== undefined)
    pages.push(file.pragma('page_count', { simple: true }))
  }
  const [, second = expect.unreachable(), ...later] = pages.map(Number)
  for (const size of later) expect(size).toBeLessThanOrEqual(second * 1.05)
})
