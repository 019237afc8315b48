import { setTimeout as moment } from 'node:timers/promises'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { describe, expect, test } from 'vitest'
import { type SealingKey, seal, sealedUnder, sealingKey, unseal } from '../../src/base/seal.ts'
import type { SigningAlgorithm } from '../../src/model/key.ts'
import { secretPurpose } from '../../src/model/sealed-secret.ts'
import { keyRing, sealContext } from '../../src/oauth/keys/ring.ts'
import { signJwt } from '../../src/oauth/keys/sign.ts'
import type { Store } from '../../src/store/port.ts'
import { MASTER_KEY, type Running, start } from '../support/command.ts'
import { databases } from '../support/databases.ts'
import { aProject } from '../support/documents.ts'
import { seeded } from '../support/hostile.ts'
import { aKeyedShop } from '../support/keyed.ts'
import { testRandom } from '../support/stores.ts'

const full = process.env.FULL === '1'
/** Each is the start of a process. */
const ROUNDS = full ? { rotation: 100, rekey: 50 } : { rotation: 5, rekey: 3 }
const timeout = full ? 1_200_000 : 60_000

const ALGORITHMS: readonly SigningAlgorithm[] = ['ES256', 'RS256', 'PS256', 'EdDSA']
const FILES = {
  'acme.yaml': (aProject()['acme.yaml'] ?? '').replace('spec:\n', 'spec:\n  keyPolicy: all\n'),
  'keys.yaml': `apiVersion: tokenidp.dev/v1
kind: KeyPolicy
metadata: { tenant: acme, name: all }
spec: { algorithms: [${ALGORITHMS.join(', ')}] }
`,
}

const masterKeyOf = (text: string, older: readonly string[] = []): SealingKey => {
  const key = sealingKey(text)
  if (key === undefined) throw new Error('not a key')
  return older.length === 0 ? key : { ...key, older: older.map((each) => masterKeyOf(each)) }
}

/** Kills it as soon as something happened, and a little later; answers whether it came to that. */
async function killAfter(running: Running, hasBegun: () => Promise<boolean>, delayMs: number) {
  let isOver = false
  void running.ended.then(() => {
    isOver = true
  })
  while (!isOver && !(await hasBegun())) await moment(1)
  await moment(delayMs)
  running.child.kill('SIGKILL')
  const { signal, code, stderr } = await running.ended
  // It may have come to its end before, and to no other.
  expect(signal ?? code, stderr).toBe(signal === null ? 0 : 'SIGKILL')
  return signal === 'SIGKILL'
}

describe.each(databases)('kill -9 on $engine', { timeout }, ({ engine, newDatabase }) => {
  const aShop = async () => {
    const shop = await aKeyedShop(newDatabase, FILES)
    const env = { TOKENIDP_DATABASE_URL: shop.url, TOKENIDP_MASTER_KEY: MASTER_KEY }
    return { ...shop, env, random: seeded(engine) }
  }

  test('during a rotation: one key signs, one waits, and the next rotation goes on', async () => {
    const { store, tenant, acme, env, random, run, told } = await aShop()
    let killed = 0
    for (let round = 0; round < ROUNDS.rotation; round += 1) {
      const before = await store.system.head()
      const hasBegun = async () => (await store.system.head()).generation > before.generation
      const rotating = start(['keys', 'rotate', 'acme', '--now'], { env })
      if (await killAfter(rotating, hasBegun, random.below(10))) killed += 1
      const stored = await tenant.keys.list()
      const ring = keyRing(stored, acme?.uid ?? '', masterKeyOf(MASTER_KEY))
      for (const algorithm of ALGORITHMS) {
        const own = stored.filter((key) => key.algorithm === algorithm)
        const inState = (state: string) => own.filter((key) => key.state === state)
        expect(inState('active'), algorithm).toHaveLength(1)
        expect(inState('pending'), algorithm).toHaveLength(1)
        expect(ring.signer(algorithm).kid).toBe(inState('active')[0]?.kid)
        await signJwt(ring.signer(algorithm), 'JWT', { iss: 'anybody' })
      }
      for (const { kid, publicJwk } of stored)
        expect(await calculateJwkThumbprint(publicJwk as JWK)).toBe(kid)
      expect(await unreadable(store, masterKeyOf(MASTER_KEY))).toEqual([])
    }
    expect(killed).toBeGreaterThan(0)
    const { rotations } = await told('keys rotate acme --now')
    expect(rotations).toMatchObject(ALGORITHMS.map(() => ({ outcome: 'promoted' })))
    expect(await run('audit --verify')).toMatchObject({ code: 0 })
  })

  test('during rekey: either key opens everything, and the next run completes it', async () => {
    const { store, env, random, run, told } = await aShop()
    const crowd = Array.from({ length: 200 }, (_, index) => {
      const [ownerUid, secretId] = ['uid-of-the-crowd', `secret-${index}`]
      const purpose = secretPurpose(ownerUid, secretId)
      const verifier = seal('a secret', masterKeyOf(MASTER_KEY), purpose, testRandom)
      return { ownerUid, secretId, verifier, fingerprint: '', expiresAt: undefined }
    })
    await store.config.transaction(5000, (tx) => tx.putSecrets(crowd))
    const count = (await store.sealed.list()).length
    const older: string[] = []
    let current = MASTER_KEY
    let killed = 0
    for (let round = 0; round < ROUNDS.rekey; round += 1) {
      older.push(current)
      current = Buffer.from(testRandom.bytes(32)).toString('base64')
      const { id } = masterKeyOf(current)
      const moved = async () =>
        (await store.sealed.list()).filter(({ sealed }) => sealedUnder(sealed) === id).length
      const wanted = random.below(count)
      const keys = { TOKENIDP_MASTER_KEY: current, TOKENIDP_MASTER_KEYS_OLD: older.join(' ') }
      const rekeying = start(['secrets', 'rekey'], { env: { ...env, ...keys } })
      if (await killAfter(rekeying, async () => (await moved()) > wanted, 0)) killed += 1
      expect(await store.sealed.list()).toHaveLength(count)
      expect(await unreadable(store, masterKeyOf(current, older))).toEqual([])
    }
    expect(killed).toBeGreaterThan(0)
    const keys = { TOKENIDP_MASTER_KEY: current, TOKENIDP_MASTER_KEYS_OLD: older.join(' ') }
    expect(await told('secrets rekey', { env: keys })).toMatchObject({ left: [], unreadable: [] })
    expect(await unreadable(store, masterKeyOf(current))).toEqual([])
    const alone = { TOKENIDP_MASTER_KEY: current }
    expect(await run('keys rotate acme --now', { env: alone })).toMatchObject({ code: 0 })
  })
})

/** What is sealed and does not open. */
async function unreadable(store: Pick<Store, 'sealed'>, key: SealingKey) {
  const values = await store.sealed.list()
  return values.filter((value) => {
    const purpose =
      value.of === 'signing-key'
        ? sealContext(value.tenant, value.kid)
        : secretPurpose(value.ownerUid, value.secretId)
    return unseal(value.sealed, key, purpose) === undefined
  })
}
