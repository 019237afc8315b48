import { compactVerify, createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import type { KeyPolicy } from '../../src/model/key.ts'
import { SIGNING_ALGORITHMS, type SigningAlgorithm, type StoredKey } from '../../src/model/key.ts'
import { ensureKeys } from '../../src/oauth/keys/ensure.ts'
import { type KeyChange, makeKey } from '../../src/oauth/keys/make.ts'
import { keyRing, MasterKeyError } from '../../src/oauth/keys/ring.ts'
import { rotateKeys, tickKeys } from '../../src/oauth/keys/rotate.ts'
import { signJwt } from '../../src/oauth/keys/sign.ts'
import { verifyJwt } from '../../src/oauth/tokens/verify.ts'
import type { Keys } from '../../src/store/port.ts'
import { aResource, aTenant, countingRandom, masterKey, NOW } from '../support/builders.ts'

const POLICY = { ...aTenant().keyPolicy, algorithms: ['ES256'] } satisfies KeyPolicy

const making = (change: Partial<KeyChange> = {}): KeyChange => ({
  tenant: aTenant({ keyPolicy: POLICY }),
  masterKey: masterKey(),
  random: countingRandom(),
  now: NOW,
  actor: 'test',
  reason: 'test',
  ...change,
})

const ringOf = (...stored: readonly StoredKey[]) => keyRing(stored, 'uid-acme', masterKey())

describe('RFC 7515 signatures', () => {
  test.for(SIGNING_ALGORITHMS)('%s is verified by jose from the JWKS', async (algorithm) => {
    const ring = ringOf(await makeKey(algorithm, 'active', making()))
    const token = await signJwt(ring.signer(algorithm), 'at+jwt', { sub: 'alice', exp: NOW + 1 })
    const jwks = createLocalJWKSet(JSON.parse(ring.jwks.body.toString()))
    const currentDate = new Date(NOW * 1000)
    const { payload, protectedHeader } = await jwtVerify(token, jwks, {
      algorithms: [algorithm],
      typ: 'at+jwt',
      currentDate,
    })
    expect(payload.sub).toBe('alice')
    expect(protectedHeader.kid).toBe(ring.signer(algorithm).kid)
  })

  test('RFC 7518 §3.4: both halves of ES256 have 32 bytes, whatever they begin with', async () => {
    const ring = ringOf(await makeKey('ES256', 'active', making()))
    const jwks = createLocalJWKSet(JSON.parse(ring.jwks.body.toString()))
    const halves: Buffer[] = []
    // Of one in 256 the first byte is 0, of one in two it would be a sign.
    for (let jti = 0; jti < 1200; jti += 1) {
      const token = await signJwt(ring.signer('ES256'), 'at+jwt', { jti: `${jti}` })
      await compactVerify(token, jwks)
      const signature = Buffer.from(token.split('.')[2] ?? '', 'base64url')
      halves.push(signature.subarray(0, 32), signature.subarray(32))
    }
    expect(halves.every(({ length }) => length === 32)).toBe(true)
  })
})

describe('the key ring', () => {
  test('publishes what signs, will sign and has lately signed, and nothing private', async () => {
    const states = ['pending', 'active', 'retiring', 'retired', 'compromised'] as const
    const keys = await Promise.all(
      states.map(async (state) => ({ ...(await makeKey('ES256', 'active', making())), state })),
    )
    const published = JSON.parse(ringOf(...keys).jwks.body.toString()).keys
    const [pending, active, retiring] = keys.map(({ kid }) => kid)
    expect(published.map(({ kid }: { kid: string }) => kid)).toEqual([active, pending, retiring])
    for (const jwk of published)
      expect(Object.keys(jwk).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
  })

  test('a compromised key verifies nothing, a retired one still hints', async () => {
    const key = await makeKey('ES256', 'active', making())
    expect(ringOf({ ...key, state: 'compromised' }).verifier(key.kid)).toBeUndefined()
    expect(ringOf({ ...key, state: 'retired' }).verifier(key.kid)).toBeDefined()
  })

  test('says which master key is needed', async () => {
    const key = await makeKey('ES256', 'active', making())
    const open = () => keyRing([key], 'uid-acme', masterKey(2))
    expect(open).toThrow(MasterKeyError)
    expect(open).toThrow(
      expect.objectContaining({ needed: masterKey().id, given: masterKey(2).id }),
    )
  })

  test('a key of one tenant does not open for another', async () => {
    const key = await makeKey('ES256', 'active', making())
    expect(() => keyRing([key], 'uid-other', masterKey())).toThrow(MasterKeyError)
  })
})

describe('RFC 8725 what is accepted as a JWT of ours', async () => {
  const key = await makeKey('ES256', 'active', making())
  const ring = ringOf(key)
  const context = { tenant: aTenant(), keys: ring, now: NOW }
  const claims = { iss: context.tenant.issuer, sub: 'alice', exp: NOW + 60 }
  const token = await signJwt(ring.signer('ES256'), 'at+jwt', claims)
  const [, payload = '', signature = ''] = token.split('.')
  const withHeader = (change: object) =>
    `${Buffer.from(JSON.stringify({ ...decodeProtectedHeader(token), ...change })).toString('base64url')}.${payload}.${signature}`
  const accept = { typ: 'at+jwt', mayBeExpired: false } as const

  test('its own token', async () => {
    await expect(verifyJwt(token, accept, context)).resolves.toMatchObject({ sub: 'alice' })
  })

  test.for([
    { what: 'alg none', forged: withHeader({ alg: 'none' }) },
    {
      what: 'alg none without signature',
      forged: `${withHeader({ alg: 'none' }).split('.')[0]}.${payload}.`,
    },
    { what: 'a symmetric alg', forged: withHeader({ alg: 'HS256' }) },
    { what: 'an unknown kid', forged: withHeader({ kid: 'x' }) },
    { what: 'a key by address', forged: withHeader({ jku: 'https://evil.example' }) },
    { what: 'a key in the header', forged: withHeader({ jwk: key.publicJwk }) },
    { what: 'a critical extension', forged: withHeader({ crit: ['b64'], b64: false }) },
    { what: 'compression', forged: withHeader({ zip: 'DEF' }) },
    { what: 'a changed payload', forged: token.replace(`.${payload}.`, `.${payload}x.`) },
    { what: 'no signature', forged: token.slice(0, token.lastIndexOf('.') + 1) },
    { what: 'two parts', forged: token.slice(0, token.lastIndexOf('.')) },
    { what: 'something huge', forged: token + 'A'.repeat(20_000) },
    { what: 'dots', forged: '..' },
    { what: 'nothing', forged: '' },
  ])('not $what', async ({ forged }) => {
    await expect(verifyJwt(forged, accept, context)).resolves.toBeUndefined()
  })

  test.for([
    { what: 'one of another type', typ: 'JWT' as const, claims },
    {
      what: 'one of another issuer',
      typ: 'at+jwt' as const,
      claims: { ...claims, iss: 'https://id.example' },
    },
    { what: 'an expired one', typ: 'at+jwt' as const, claims: { ...claims, exp: NOW } },
    { what: 'one without end', typ: 'at+jwt' as const, claims: { iss: claims.iss } },
  ])('not $what', async ({ typ, claims }) => {
    const other = await signJwt(ring.signer('ES256'), typ, claims)
    await expect(verifyJwt(other, accept, context)).resolves.toBeUndefined()
  })

  test('an expired one where it is only a hint', async () => {
    const old = await signJwt(ring.signer('ES256'), 'JWT', { ...claims, exp: 1 })
    const hint = { typ: 'JWT', mayBeExpired: true } as const
    await expect(verifyJwt(old, hint, context)).resolves.toMatchObject({ sub: 'alice' })
  })
})

describe('rotation', () => {
  test('makes one key that signs and one on standby per algorithm, once', async () => {
    const keys = keysInMemory()
    await ensureKeys(keys, making())
    await ensureKeys(keys, making())
    expect(await statesOf(keys)).toEqual(['active', 'pending'])
  })

  test('waits until verifiers had time to learn the standby key', async () => {
    const keys = keysInMemory()
    const [report] = await rotateKeys(keys, making(), { immediately: false })
    expect(report).toMatchObject({ outcome: 'scheduled', at: NOW + POLICY.publishAhead })

    await tickKeys(keys, making({ now: NOW + POLICY.publishAhead - 1 }))
    expect(await statesOf(keys)).toEqual(['active', 'pending'])

    await tickKeys(keys, making({ now: NOW + POLICY.publishAhead }))
    expect(await statesOf(keys)).toEqual(['retiring', 'active', 'pending'])
    expect((await activeOf(keys, 'ES256'))?.kid).toBe(report?.kid)
  })

  test('promotes at once in an emergency, and lets what was signed be verified', async () => {
    const keys = keysInMemory()
    await ensureKeys(keys, making())
    const [report] = await rotateKeys(keys, making(), { immediately: true })
    expect(report).toMatchObject({ outcome: 'promoted', at: NOW })
    const [old] = await keys.list()
    expect(old).toMatchObject({ state: 'retiring', verifyUntil: NOW + 900 + POLICY.keepAfter })
  })

  test('outlives what it signed before a lifetime was lowered', async () => {
    const keys = keysInMemory()
    const { token } = aResource()
    const long = [aResource({ token: { ...token, lifetime: 86_400 } })]
    await ensureKeys(keys, making({ tenant: aTenant({ keyPolicy: POLICY }, [], long) }))
    await rotateKeys(keys, making(), { immediately: true })
    const [old] = await keys.list()
    expect(old).toMatchObject({ state: 'retiring', verifyUntil: NOW + 86_400 + POLICY.keepAfter })
  })

  test('keeps what the policy drops while its tokens live, and then lets it go', async () => {
    const keys = keysInMemory()
    const both = { ...POLICY, algorithms: ['ES256', 'RS256'] } satisfies KeyPolicy
    await ensureKeys(keys, making({ tenant: aTenant({ keyPolicy: both }) }))
    const statesFrom = async (now: number) => {
      await tickKeys(keys, making({ now }))
      return (await keys.list())
        .filter(({ algorithm }) => algorithm === 'RS256')
        .map(({ state }) => state)
    }
    const end = NOW + 900 + POLICY.keepAfter
    expect(await statesFrom(end - 1)).toEqual(['active', 'pending'])
    expect(await statesFrom(end)).toEqual(['retiring', 'pending'])
    expect(await statesFrom(end + 1)).toEqual(['retired', 'retired'])
    expect((await keys.list()).filter(({ algorithm }) => algorithm === 'ES256')).toHaveLength(2)
  })

  test('says so when somebody else rotated first', async () => {
    const keys = { ...keysInMemory(), transition: async () => false }
    const [report] = await rotateKeys(keys, making(), { immediately: true })
    expect(report).toMatchObject({ outcome: 'superseded' })
  })

  test('comes round by itself', async () => {
    const keys = keysInMemory()
    const keyPolicy = { ...POLICY, rotateEvery: 10_000 }
    await ensureKeys(keys, making())
    const tick = (now: number) => tickKeys(keys, making({ now, tenant: aTenant({ keyPolicy }) }))
    expect(await tick(NOW + 9_999)).toEqual([])
    expect(await tick(NOW + 10_000)).toMatchObject([{ outcome: 'promoted' }])
  })
})

const statesOf = async (keys: Keys) => (await keys.list()).map(({ state }) => state)

const activeOf = async (keys: Keys, algorithm: SigningAlgorithm) =>
  (await keys.list()).find((key) => key.algorithm === algorithm && key.state === 'active')

/** One tenant's keys without a database; the store's own suite is in test/contract. */
function keysInMemory(): Keys {
  let stored: readonly StoredKey[] = []
  const change = (kid: string, members: Partial<StoredKey>) => {
    stored = stored.map((key) => (key.kid === kid ? { ...key, ...members } : key))
  }
  return {
    list: async () => stored,
    async insert(key) {
      if (
        stored.some((other) => other.algorithm === key.algorithm && other.ordinal === key.ordinal)
      )
        return false
      stored = [...stored, key]
      return true
    },
    adopt: () => Promise.reject(new Error('nothing comes from elsewhere here')),
    endIssued: () => Promise.reject(new Error('there are no grants here')),
    countAlive: async () => 0,
    async transition({ moves, added }, { at }) {
      for (const { kid, to, verifyUntil = 0 } of moves) {
        const before = stored.find((key) => key.kid === kid)?.verifyUntil ?? 0
        change(kid, {
          state: to,
          verifyUntil: Math.max(before, verifyUntil),
          ...(to === 'active' ? { activatedAt: at } : {}),
        })
      }
      stored = [...stored, ...added]
      return true
    },
    async schedule(kid, activateAt) {
      change(kid, { activateAt })
      return true
    },
    async cover(algorithms, least, verifyUntil) {
      for (const { kid, state, algorithm, verifyUntil: until } of stored)
        if (algorithms.includes(algorithm) && state === 'active' && until < least)
          change(kid, { verifyUntil })
    },
  }
}
