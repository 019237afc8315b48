import { describe, expect, test } from 'vitest'
import { mintToken } from '../../src/base/id.ts'
import { accessTokensAlive } from '../../src/oauth/keys/alive.ts'
import { endGrants } from '../../src/oauth/keys/end-grants.ts'
import type { KeyChange } from '../../src/oauth/keys/make.ts'
import { anApplication, aResource, aTenant, masterKey, NOW } from '../support/builders.ts'
import { openedStore } from '../support/opened-store.ts'
import {
  aCode,
  aKeyActor,
  anAccessToken,
  anAuthorization,
  anId,
  aRefreshToken,
  aSession,
  aSignIn,
  aSigningKey,
  aUser,
} from '../support/rows.ts'
import { testRandom as random, stores } from '../support/stores.ts'

const API = aResource().identifier
const keyAt = (seconds: number): Buffer => mintToken(seconds * 1000, random).key

interface Granted {
  readonly at?: number
  readonly usedAt?: number
  readonly applicationUid?: string
}

describe.each(stores)('grants of a compromised key on $name', (engine) => {
  const store = openedStore(engine)

  async function aSignedIn(uid = anId()) {
    const tenant = store().tenant(uid)
    const user = aUser()
    const { session } = aSignIn(aSession(user.uid))
    await tenant.users.create(user)
    await tenant.sessions.signIn(aSignIn(session), NOW)
    /** What was granted at one time and last used at another. */
    async function aGrant(
      { at = NOW, usedAt, applicationUid = 'web' }: Granted = {},
      change: Partial<ReturnType<typeof anAccessToken>> = {},
    ) {
      const grant = anAuthorization(session, { applicationUid, createdAt: at })
      const access = {
        ...anAccessToken(grant),
        key: keyAt(usedAt ?? at),
        applicationUid,
        ...change,
      }
      const refresh = { ...aRefreshToken(grant), applicationUid }
      await tenant.authorizations.settle(grant, { access, refresh })
      return { uid: grant.uid, refresh: refresh.key }
    }
    const isLive = async ({ uid, refresh }: { uid: string; refresh: Buffer | undefined }) => {
      const found = await tenant.authorizations.find(uid)
      if (refresh !== undefined)
        expect((await tenant.refreshTokens.find(refresh))?.authorization.isLive).toBe(found?.isLive)
      return found?.isLive
    }
    return { uid, tenant, session, aGrant, isLive }
  }

  const change = (uid: string): KeyChange => ({
    tenant: aTenant(
      { uid },
      [
        anApplication({ uid: 'web', idToken: { ...anApplication().idToken, algorithm: 'RS256' } }),
        anApplication({
          uid: 'spa',
          clientId: 'spa',
          idToken: { ...anApplication().idToken, algorithm: 'ES256' },
        }),
      ],
      [aResource()],
    ),
    masterKey: masterKey(),
    random,
    now: NOW + 100,
    actor: 'ann',
    reason: 'INC-1',
  })

  test('what was signed while it signed ends, and nothing else', async () => {
    const { uid, tenant, session, aGrant, isLive } = await aSignedIn()
    const other = await aSignedIn()
    const base = { algorithm: 'ES256', activatedAt: NOW, retiredAt: NOW + 90 } as const
    const key = aSigningKey({ ...base, state: 'compromised' })
    await tenant.keys.insert(key, aKeyActor())
    const jwt = { format: 'jwt', audience: API } as const
    const grants = {
      idTokenInTime: await aGrant({ applicationUid: 'spa' }),
      refreshedInTime: await aGrant({ at: NOW - 900, usedAt: NOW + 9, applicationUid: 'spa' }),
      accessTokenInTime: await aGrant({}, jwt),
      opaqueInTime: await aGrant({}, { audience: API }),
      forAnotherResource: await aGrant({}, { ...jwt, audience: 'https://other.example' }),
      before: await aGrant({ at: NOW - 900, applicationUid: 'spa' }, jwt),
      after: await aGrant({ at: NOW + 900, applicationUid: 'spa' }, jwt),
      elsewhere: await other.aGrant({ applicationUid: 'spa' }, jwt),
    }
    const waiting = anAuthorization(session, { applicationUid: 'spa', createdAt: NOW + 5 })
    await tenant.authorizations.create(waiting, aCode())
    expect(await endGrants(tenant.keys, change(uid), key.kid)).toBe(4)
    const live = await Promise.all(
      Object.entries(grants).map(async ([name, grant]) =>
        (await (name === 'elsewhere' ? other : { isLive }).isLive(grant)) ? [name] : [],
      ),
    )
    const spared = ['opaqueInTime', 'forAnotherResource', 'before', 'after', 'elsewhere']
    expect(live.flat().sort()).toEqual(spared.sort())
    expect(await isLive({ uid: waiting.uid, refresh: undefined })).toBe(false)
    expect(await endGrants(tenant.keys, change(uid), key.kid)).toBe(0)
    const told = await store().config.audit({ address: `Key/acme/${key.kid}`, limit: 9 })
    expect(told.map(({ action, details }) => [action, details.ended])).toContainEqual([
      'key.end-grants',
      3,
    ])
  })

  test('a statement ends as many as it may, and a key that never signed ends none', async () => {
    const { uid, tenant, aGrant } = await aSignedIn()
    for (let made = 0; made < 5; made += 1) await aGrant({})
    const issued = { from: NOW, until: NOW + 9, to: { applications: ['web'] }, limit: 3 }
    const ended = () => tenant.keys.endIssued(issued, 'kid', aKeyActor())
    expect([await ended(), await ended(), await ended()]).toEqual([3, 2, 0])
    const standby = aSigningKey({ state: 'compromised' })
    await tenant.keys.insert(standby, aKeyActor())
    expect(await endGrants(tenant.keys, change(uid), standby.kid)).toBe(0)
  })

  test('also where the access tokens of then are gone', async () => {
    const { uid, tenant, session, isLive } = await aSignedIn()
    const base = { algorithm: 'ES256', activatedAt: NOW, retiredAt: NOW + 90 } as const
    const key = aSigningKey({ ...base, state: 'compromised' })
    await tenant.keys.insert(key, aKeyActor())
    /** Granted before; of the family, the first token is of then and the second was used or not. */
    async function aFamily(at: number, resources: readonly string[], usedAt?: number) {
      const grant = anAuthorization(session, { resources, createdAt: NOW - 900 })
      const refresh = { ...aRefreshToken(grant), key: keyAt(at) }
      const access = { ...anAccessToken(grant), key: keyAt(at), expiresAt: NOW }
      await tenant.authorizations.settle(grant, { access, refresh })
      if (usedAt !== undefined)
        await tenant.refreshTokens.use(
          refresh.key,
          { ...access, key: keyAt(usedAt), issuedAt: usedAt },
          NOW + 9999,
        )
      return { uid: grant.uid, refresh: refresh.key }
    }
    const families = {
      rotatedThen: await aFamily(NOW + 9, [API]),
      usedThen: await aFamily(NOW - 900, [API], NOW + 9),
      forAnotherResource: await aFamily(NOW + 9, [`${API}/other`]),
      before: await aFamily(NOW - 900, [API], NOW - 1),
      after: await aFamily(NOW + 900, [API]),
    }
    const sweep = { now: NOW + 9999, from: undefined, limit: 999 }
    expect((await store().purging.sweep('access_token', sweep)).removed).toBeGreaterThan(4)
    expect(await endGrants(tenant.keys, change(uid), key.kid)).toBe(2)
    const live = await Promise.all(
      Object.entries(families).map(async ([name, family]) =>
        (await isLive(family)) ? [name] : [],
      ),
    )
    expect(live.flat().sort()).toEqual(['after', 'before', 'forAnotherResource'])
  })

  test('what its successor signed stays, but for the time in which servers may not have known', async () => {
    const { uid, tenant, aGrant, isLive } = await aSignedIn()
    const { keepAfter } = change(uid).tenant.keyPolicy
    const former = { state: 'compromised', activatedAt: NOW, retiredAt: NOW + 9e6 } as const
    const key = aSigningKey({ algorithm: 'RS256', ...former })
    const successor = aSigningKey({ algorithm: 'RS256', ordinal: 2, activatedAt: NOW + 50 })
    for (const each of [key, successor]) await tenant.keys.insert(each, aKeyActor())
    const late = await aGrant({ at: NOW + 50 + keepAfter - 1 })
    const later = await aGrant({ at: NOW + 50 + keepAfter })
    expect(await endGrants(tenant.keys, change(uid), key.kid)).toBe(1)
    expect([await isLive(late), await isLive(later)]).toEqual([false, true])
  })

  test('the access tokens that are alive under a key are counted', async () => {
    const { uid, tenant, aGrant } = await aSignedIn()
    const other = await aSignedIn()
    const stored = [
      aSigningKey({ algorithm: 'ES256', state: 'retiring', activatedAt: NOW, retiredAt: NOW + 90 }),
      aSigningKey({ algorithm: 'ES256', ordinal: 2, activatedAt: NOW + 90 }),
      aSigningKey({ algorithm: 'ES256', ordinal: 3, state: 'pending' }),
      aSigningKey({ algorithm: 'RS256', activatedAt: NOW }),
    ].map((key) => ({ ...key, verifyUntil: NOW + 900 }))
    const jwt = { format: 'jwt', audience: API } as const
    for (const usedAt of [NOW, NOW + 1, NOW + 100, NOW + 150]) await aGrant({ usedAt }, jwt)
    await aGrant({}, { ...jwt, expiresAt: NOW + 99 })
    await aGrant({}, { audience: API })
    await aGrant({}, { ...jwt, audience: 'https://other.example' })
    await aGrant({ usedAt: NOW - 1 }, jwt)
    await other.aGrant({}, jwt)
    const revoked = keyAt(NOW + 2)
    await aGrant({}, { ...jwt, key: revoked })
    await tenant.accessTokens.revoke(revoked, NOW + 3)
    const around = { ...change(uid), stored }
    const counted = stored.map((key) => accessTokensAlive(tenant.keys, key, around))
    // The one of NOW + 100 was issued in the minute in which either may have signed.
    expect(await Promise.all(counted)).toEqual([3, 2, 0, 0])
    const all = { from: NOW, until: NOW + 300, audiences: [API] }
    expect(await tenant.keys.countAlive({ ...all, limit: 3 }, NOW + 100)).toBe(3)
  })
})
