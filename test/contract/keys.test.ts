import { describe, expect, test } from 'vitest'
import { verifyAudit } from '../../src/deploy/audit-chain.ts'
import { KEY_MOVES, type KeyState } from '../../src/model/key.ts'
import type { Keys } from '../../src/store/port.ts'
import { openedStore } from '../support/opened-store.ts'
import { aKeyActor, anId, aSigningKey, NOW, times } from '../support/rows.ts'
import { stores } from '../support/stores.ts'

const BY = aKeyActor()
const STATES = Object.keys(KEY_MOVES) as readonly KeyState[]

describe.each(stores)('keys on $name', (engine) => {
  const store = openedStore(engine)

  const someKeys = (): Keys => store().tenant(anId()).keys
  const statesOf = async (keys: Keys) => (await keys.list()).map(({ state }) => state)

  test('one signs, and of two in one place one is in', async () => {
    const keys = someKeys()
    expect(await keys.insert(aSigningKey(), BY)).toBe(true)
    expect(await keys.insert(aSigningKey({ state: 'pending' }), BY)).toBe(false)
    expect(await keys.insert(aSigningKey({ ordinal: 2 }), BY)).toBe(false)
    expect(await keys.insert(aSigningKey({ ordinal: 2, state: 'pending' }), BY)).toBe(true)
    expect(await keys.insert(aSigningKey({ algorithm: 'PS256' }), BY)).toBe(true)
  })

  test('of tenants that take in one key at the same moment, one has it', async () => {
    const key = aSigningKey({ state: 'pending' })
    const tenants = Array.from({ length: 6 }, someKeys)
    const found = await Promise.all(tenants.map((keys) => keys.adopt(key, BY)))
    const outcomes = found.map(({ outcome }) => outcome).sort()
    expect(outcomes).toEqual(['adopted', ...Array.from({ length: 5 }, () => 'elsewhere')])
    const keys = tenants[found.findIndex(({ outcome }) => outcome === 'adopted')] ?? someKeys()
    expect(await keys.list()).toMatchObject([{ kid: key.kid, state: 'pending' }])
    expect(await keys.adopt(key, BY)).toEqual({ outcome: 'known', state: 'pending' })
    expect(await keys.adopt(aSigningKey({ state: 'pending' }), BY)).toEqual({
      outcome: 'misplaced',
    })
  })

  test('they rotate once, and the generation grows with each change', async () => {
    const keys = someKeys()
    const generation = async () => (await store().system.head()).generation
    const before = await generation()
    const active = aSigningKey({ verifyUntil: NOW + 9000 })
    const pending = aSigningKey({ state: 'pending', ordinal: 2 })
    for (const key of [active, pending]) await keys.insert(key, BY)
    expect(await keys.schedule(pending.kid, NOW + 60, BY)).toBe(true)
    expect(await generation()).toBe(before + 3)
    const outcomes = await times(10, () =>
      keys.transition(
        {
          moves: [
            { kid: active.kid, from: 'active', to: 'retiring', verifyUntil: NOW + 600 },
            { kid: pending.kid, from: 'pending', to: 'active', verifyUntil: NOW + 600 },
          ],
          added: [aSigningKey({ state: 'pending', ordinal: 3 })],
        },
        BY,
      ),
    )
    expect(outcomes.filter(Boolean)).toHaveLength(1)
    expect(await generation()).toBe(before + 4)
    expect(await keys.list()).toMatchObject([
      { state: 'retiring', verifyUntil: NOW + 9000 },
      { state: 'active', verifyUntil: NOW + 600, activateAt: undefined, activatedAt: NOW },
      { state: 'pending', verifyUntil: NOW },
    ])
  })

  test('what it signed keeps a key from leaving', async () => {
    const keys = someKeys()
    const key = aSigningKey({ state: 'retiring', verifyUntil: NOW + 9 })
    await keys.insert(key, BY)
    const move = { moves: [{ kid: key.kid, from: 'retiring', to: 'retired' }], added: [] } as const
    expect(await keys.transition(move, aKeyActor({ at: NOW + 8 }))).toBe(false)
    expect(await keys.transition(move, aKeyActor({ at: NOW + 9 }))).toBe(true)
    expect(await keys.list()).toMatchObject([{ state: 'retired', retiredAt: NOW + 9 }])
  })

  test('a step that finds its key elsewhere takes back those before it', async () => {
    const keys = someKeys()
    const [active, pending] = [aSigningKey(), aSigningKey({ state: 'pending', ordinal: 2 })]
    for (const key of [active, pending]) await keys.insert(key, BY)
    const moves = [
      { kid: active.kid, from: 'active', to: 'retiring' },
      { kid: pending.kid, from: 'active', to: 'compromised' },
    ] as const
    expect(await keys.transition({ moves, added: [] }, BY)).toBe(false)
    const added = [aSigningKey({ ordinal: 3 })]
    expect(await keys.transition({ moves: [], added }, BY)).toBe(false)
    expect(await statesOf(keys)).toEqual(['active', 'pending'])
  })

  test.for(STATES)('from %s nothing leads back', async (from) => {
    const keys = someKeys()
    const key = aSigningKey({ state: from })
    await keys.insert(key, BY)
    for (const to of STATES.filter((each) => !KEY_MOVES[from].includes(each)))
      await expect(
        keys.transition({ moves: [{ kid: key.kid, from, to }], added: [] }, BY),
      ).rejects.toThrow(/goes nowhere/)
  })

  test('one that signs is covered for longer, and never for less', async () => {
    const keys = someKeys()
    for (const key of [aSigningKey(), aSigningKey({ state: 'pending', ordinal: 2 })])
      await keys.insert(key, BY)
    await keys.cover(['RS256'], NOW + 100_000, NOW + 300_000)
    await keys.cover(['ES256'], NOW + 100_000, NOW + 100_600)
    await keys.cover(['ES256'], NOW + 100_000, NOW + 7)
    const untils = (await keys.list()).map(({ verifyUntil }) => verifyUntil)
    expect(untils).toEqual([NOW + 100_600, NOW])
  })

  test('the audit log says who changed what, in one chain however many do at once', async () => {
    const tenants = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const keys = someKeys()
        const key = aSigningKey()
        await keys.insert(key, BY)
        return { keys, key }
      }),
    )
    const reason = 'a laptop was stolen'
    const revoked = tenants.map(({ keys, key: { kid } }) =>
      keys.transition(
        { moves: [{ kid, from: 'active', to: 'compromised' }], added: [] },
        {
          ...BY,
          reason,
        },
      ),
    )
    const applied = Array.from({ length: 8 }, () =>
      store().config.transaction(20_000, (tx) => tx.record([anEntry])),
    )
    await Promise.all([...revoked, ...applied])
    const { key } = tenants[0] ?? {}
    const found = await store().config.audit({ address: `Key/acme/${key?.kid}`, limit: 9 })
    expect(found).toMatchObject([
      { action: 'key.compromise', actor: 'test', details: { from: 'active', reason } },
      { action: 'key.create', at: NOW, details: { to: 'active' } },
    ])
    expect(await verifyAudit(store().config)).toMatchObject({ outcome: 'whole' })
  })
})

const anEntry = {
  revision: undefined,
  at: NOW,
  actor: 'test',
  action: 'update',
  address: 'Tenant/acme',
  objectUid: undefined,
  details: {},
}
