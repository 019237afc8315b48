import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { StoredKey } from '../../src/model/key.ts'
import { promoteKey, retireKey } from '../../src/oauth/keys/by-hand.ts'
import { ensureKeys } from '../../src/oauth/keys/ensure.ts'
import { importKey } from '../../src/oauth/keys/import.ts'
import type { KeyChange } from '../../src/oauth/keys/make.ts'
import { revokeKey } from '../../src/oauth/keys/revoke.ts'
import { keyRing } from '../../src/oauth/keys/ring.ts'
import { rotateKeys, tickKeys } from '../../src/oauth/keys/rotate.ts'
import { aTenant, masterKey, NOW } from '../support/builders.ts'
import { openedStore } from '../support/opened-store.ts'
import { anId, times } from '../support/rows.ts'
import { testRandom as random, stores } from '../support/stores.ts'

const keyPolicy = { ...aTenant().keyPolicy, algorithms: ['ES256'] } as const
const { publishAhead } = keyPolicy

describe.each(stores)('keys changed by hand on $name', (engine) => {
  const store = openedStore(engine)

  async function someKeys(rotateEvery = 0) {
    const uid = anId()
    const keys = store().tenant(uid).keys
    const tenant = aTenant({ uid, keyPolicy: { ...keyPolicy, rotateEvery } })
    const change = (now = NOW): KeyChange => ({
      tenant,
      masterKey: masterKey(),
      random,
      now,
      actor: 'ann',
      reason: 'a test',
    })
    await ensureKeys(keys, change())
    const kids = async (state: StoredKey['state']) =>
      (await keys.list()).filter((key) => key.state === state).map(({ kid }) => kid)
    const [active = ''] = await kids('active')
    const [standby = ''] = await kids('pending')
    return { keys, change, kids, active, standby }
  }

  test('where each is published long enough before its turn, several wait', async () => {
    const { kids } = await someKeys(publishAhead / 4)
    expect(await kids('pending')).toHaveLength(4)
  })

  test('of servers that rotate at the same moment, one makes the next key', async () => {
    const { keys, change, kids, standby } = await someKeys(publishAhead)
    await times(6, () => tickKeys(keys, change(NOW + publishAhead)))
    expect(await kids('active')).toEqual([standby])
    expect(await kids('pending')).toHaveLength(1)
    expect(await keys.list()).toHaveLength(3)
  })

  test('of servers that make keys at the same moment, one makes them', async () => {
    const uid = anId()
    const { change } = await someKeys()
    const tenant = aTenant({ uid, keyPolicy })
    const { keys } = store().tenant(uid)
    await times(6, () => ensureKeys(keys, { ...change(), tenant }))
    expect((await keys.list()).map(({ state }) => state)).toEqual(['active', 'pending'])
  })

  test('a standby key is promoted when verifiers know it, or when it must be', async () => {
    const { keys, change, kids, active, standby } = await someKeys()
    const kid = standby
    expect(await promoteKey(keys, change(), { kid, immediately: false })).toMatchObject({
      outcome: 'early',
      at: NOW + publishAhead,
    })
    expect(await promoteKey(keys, change(), { kid, immediately: true })).toMatchObject({
      outcome: 'promoted',
      key: { kid },
      superseded: active,
    })
    expect(await kids('active')).toEqual([standby])
    expect(await kids('retiring')).toEqual([active])
    expect(await kids('pending')).toHaveLength(1)
    for (const [kid, outcome] of Object.entries({ [active]: 'misplaced', other: 'unknown' }))
      expect(await promoteKey(keys, change(), { kid, immediately: true })).toMatchObject({
        outcome,
      })
  })

  test('a key is retired that has not signed, or whose tokens are over', async () => {
    const { keys, change, kids, active, standby } = await someKeys()
    expect(await retireKey(keys, change(), standby)).toMatchObject({ outcome: 'retired' })
    expect(await kids('retired')).toEqual([standby])
    expect(await retireKey(keys, change(), active)).toEqual({
      outcome: 'misplaced',
      state: 'active',
    })
    await rotateKeys(keys, change(), { immediately: true })
    const early = await retireKey(keys, change(), active)
    expect(early).toMatchObject({ outcome: 'early' })
    const at = 'at' in early ? early.at : 0
    expect(await retireKey(keys, change(at), active)).toMatchObject({ outcome: 'retired' })
    expect(await retireKey(keys, change(), 'other')).toEqual({ outcome: 'unknown' })
  })

  test('a key from elsewhere that is there before any other signs from the beginning', async () => {
    const uid = anId()
    const { keys } = store().tenant(uid)
    const { change: base } = await someKeys()
    const change = { ...base(), tenant: aTenant({ uid, keyPolicy }) }
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const key = { privateKey, certificates: [], algorithm: undefined, activate: false }
    const found = await importKey(keys, change, key)
    await ensureKeys(keys, change)
    expect(await keys.list()).toMatchObject([
      { state: 'active', kid: 'key' in found && found.key.kid },
      { state: 'pending' },
    ])
  })

  test('a key from elsewhere that is to sign does so once verifiers know it, before others', async () => {
    const { keys, change, kids, active } = await someKeys()
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const key = { privateKey, certificates: [], algorithm: undefined, activate: true }
    const found = await importKey(keys, change(), key)
    expect(found).toMatchObject({ outcome: 'imported', knownAt: NOW + publishAhead })
    await tickKeys(keys, change(NOW + publishAhead - 1))
    expect(await kids('active')).toEqual([active])
    await tickKeys(keys, change(NOW + publishAhead))
    expect(await kids('active')).toEqual(['key' in found && found.key.kid])
    expect(await kids('pending')).toHaveLength(1)
    expect(await importKey(keys, change(), key)).toMatchObject({
      outcome: 'known',
      state: 'active',
    })
  })

  test('what was encrypted for a former key is opened until its time is over', async () => {
    const uid = anId()
    const { keys } = store().tenant(uid)
    const tenant = aTenant({ uid, keyPolicy: { ...keyPolicy, encryption: ['ECDH-ES'] } })
    const { change: base } = await someKeys()
    const change = (now = NOW): KeyChange => ({ ...base(now), tenant })
    await ensureKeys(keys, change())
    const ring = async () => keyRing(await keys.list(), uid, masterKey())
    const published = async () =>
      JSON.parse((await ring()).jwks.body.toString())
        .keys.filter(({ use }: { use: string }) => use === 'enc')
        .map(({ kid }: { kid: string }) => kid)
    const [former] = await published()
    expect((await ring()).openers('ECDH-ES', undefined)).toHaveLength(2)
    expect((await ring()).verifier(former)).toBeUndefined()
    const algorithm = 'ECDH-ES'
    await rotateKeys(keys, change(), { immediately: true, algorithm })
    expect(await published()).toHaveLength(1)
    expect(await published()).not.toContain(former)
    const { verifyUntil = 0 } = (await keys.list()).find(({ kid }) => kid === former) ?? {}
    expect(verifyUntil).toBeGreaterThanOrEqual(NOW + keyPolicy.keepAfter)
    await tickKeys(keys, change(verifyUntil - 1))
    expect((await ring()).openers(algorithm, former)).toHaveLength(1)
    await tickKeys(keys, change(verifyUntil))
    expect((await ring()).openers(algorithm, former)).toEqual([])
    const [kid = ''] = await published()
    const revoking = { kid, replaceStandby: false }
    await revokeKey(keys, change(verifyUntil), revoking)
    expect((await ring()).openers(algorithm, kid)).toEqual([])
    expect(await published()).toHaveLength(1)
  })

  test('for a compromised key the published standby signs at once', async () => {
    const { keys, change, kids, active, standby } = await someKeys()
    const revoking = { kid: active, replaceStandby: false }
    expect(await revokeKey(keys, change(), revoking)).toMatchObject({
      outcome: 'compromised',
      standbys: [],
      successor: standby,
    })
    expect(await kids('compromised')).toEqual([active])
    expect(await kids('active')).toEqual([standby])
    expect(await kids('pending')).toHaveLength(1)
    expect(await revokeKey(keys, change(), revoking)).toMatchObject({ outcome: 'already' })
  })

  test('where the standby leaked too, a key signs that nobody has seen', async () => {
    const { keys, change, kids, active, standby } = await someKeys()
    const revoked = await revokeKey(keys, change(), { kid: active, replaceStandby: true })
    expect(revoked).toMatchObject({ outcome: 'compromised', standbys: [standby] })
    expect(await kids('compromised')).toEqual([active, standby])
    const signing = await kids('active')
    expect(signing).toEqual(['successor' in revoked && revoked.successor])
    expect([active, standby]).not.toContain(signing[0])
    expect(await kids('pending')).toHaveLength(1)
  })

  test.for(['pending', 'retiring', 'retired'] as const)(
    'what signs stays when a %s key is compromised',
    async (state) => {
      const { keys, change, kids } = await someKeys()
      await rotateKeys(keys, change(), { immediately: true })
      if (state === 'retired') await tickKeys(keys, change(NOW + 90_000))
      const [kid = ''] = await kids(state)
      const signing = await kids('active')
      const revoked = await revokeKey(keys, change(), { kid, replaceStandby: false })
      expect(revoked).toMatchObject({ outcome: 'compromised', successor: undefined })
      expect(await kids('active')).toEqual(signing)
      expect(await kids('compromised')).toEqual([kid])
      expect(await kids('pending')).toHaveLength(1)
    },
  )

  test('twenty at once, rotating and revoking, leave one that signs', async () => {
    const { keys, change, kids, active } = await someKeys()
    await Promise.all([
      ...Array.from({ length: 10 }, () => rotateKeys(keys, change(), { immediately: true })),
      ...Array.from({ length: 10 }, () =>
        revokeKey(keys, change(), { kid: active, replaceStandby: true }),
      ),
    ])
    expect(await kids('active')).toHaveLength(1)
    expect((await kids('pending')).length).toBeGreaterThan(0)
    expect(await kids('compromised')).toContain(active)
  })
})
