import { beforeAll, describe, expect, test } from 'vitest'
import { mintToken } from '../../src/base/id.ts'
import { systemRandom } from '../../src/base/system.ts'
import type { StoredKey } from '../../src/model/key.ts'
import type { Context } from '../../src/oauth/context.ts'
import { introspect } from '../../src/oauth/endpoints/introspect.ts'
import { revoke } from '../../src/oauth/endpoints/revoke.ts'
import { userinfo } from '../../src/oauth/endpoints/userinfo.ts'
import { makeKey } from '../../src/oauth/keys/make.ts'
import { type KeyRing, keyRing, type VerifyingKey } from '../../src/oauth/keys/ring.ts'
import { signJwt } from '../../src/oauth/keys/sign.ts'
import { verifiedTokens } from '../../src/oauth/tokens/verified.ts'
import type { TenantStore } from '../../src/store/port.ts'
import { anApplication, aTenant, masterKey, NOW } from '../support/builders.ts'
import { eachStore } from '../support/each-store.ts'
import { aContext, aRequest } from '../support/exchange.ts'
import { basic, bearer } from '../support/provider.ts'

const tenant = aTenant()
const LIFETIME = 600

const ringOf = (keys: readonly StoredKey[], uid = tenant.uid) => keyRing(keys, uid, masterKey())

/** The same ring, which counts how often a signature is checked with its keys. */
function counting(ring: KeyRing) {
  const counted = { checks: 0 }
  const keys = new Map<string, VerifyingKey>()
  const verifier = (kid: string): VerifyingKey | undefined => {
    const key = ring.verifier(kid)
    if (key === undefined) return undefined
    const { algorithm, publicKey } = key
    const watched = keys.get(kid) ?? {
      kid,
      algorithm,
      get publicKey() {
        counted.checks += 1
        return publicKey
      },
    }
    keys.set(kid, watched)
    return watched
  }
  return { ring: { ...ring, verifier }, counted }
}

const changed = (token: string, part: number, how: (text: string) => string): string =>
  token
    .split('.')
    .map((text, index) => (index === part ? how(text) : text))
    .join('.')

/** Of another letter in the middle, where every bit counts. */
const bent = (text: string): string => {
  const middle = Math.floor(text.length / 2)
  return `${text.slice(0, middle)}${text[middle] === 'A' ? 'B' : 'A'}${text.slice(middle + 1)}`
}

eachStore((open) => {
  describe('a JWT access token whose signature was found good', () => {
    let store: TenantStore
    let stored: StoredKey
    beforeAll(async () => {
      store = (await open()).tenant(tenant.uid)
      const making = { tenant, masterKey: masterKey(), random: systemRandom, now: NOW }
      stored = await makeKey('ES256', 'active', making)
    })

    /** A server that was shown a new token twice. */
    async function shown() {
      const { ring, counted } = counting(ringOf([stored]))
      const { token: jti, key } = mintToken(NOW * 1000, systemRandom)
      const expiresAt = NOW + LIFETIME
      await store.accessTokens.issue({
        key,
        authorizationUid: undefined,
        applicationUid: 'uid-web',
        userUid: undefined,
        subject: 'web',
        scope: 'orders:read',
        audience: 'https://api.acme.example',
        format: 'jwt',
        issuedAt: NOW,
        expiresAt,
      })
      const claims = { iss: tenant.issuer, jti, exp: expiresAt }
      const token = await signJwt(ring.signer('ES256'), 'at+jwt', claims)
      const verified = verifiedTokens()
      const context = aContext({ tenant, store, keys: ring, verified })
      const at = (change: Partial<Context> = {}): Context => ({ ...context, ...change })
      expect([await isActive(token, context), await isActive(token, context)]).toEqual([true, true])
      expect([counted.checks, verified.size()]).toEqual([1, 1])
      return { token, at, counted, verified }
    }

    const post = (form: Record<string, string>) =>
      aRequest({ form: new URLSearchParams(form).toString(), headers: basic() })

    const showing = (token: string) => aRequest({ method: 'GET', headers: bearer(token) })

    async function isActive(token: string, context: Context): Promise<boolean> {
      const { body } = await introspect.handle(post({ token }), context)
      return JSON.parse(body.toString()).active
    }

    test('is not checked again, at whichever endpoint it is shown', async () => {
      const { token, at, counted } = await shown()
      expect(await isActive(token, at())).toBe(true)
      await expect(userinfo.handle(showing(token), at())).rejects.toMatchObject({
        code: 'insufficient_scope',
      })
      expect(counted.checks).toBe(1)
    })

    test.for([
      { when: 'its key is compromised', keys: () => ringOf([{ ...stored, state: 'compromised' }]) },
      { when: 'its key is gone', keys: () => ringOf([]) },
    ])('is refused as soon as $when', async ({ keys }) => {
      const { token, at } = await shown()
      const context = at({ keys: keys() })
      expect(await isActive(token, context)).toBe(false)
      await expect(userinfo.handle(showing(token), context)).rejects.toMatchObject({
        code: 'invalid_token',
      })
    })

    test('is checked again with keys that were read again', async () => {
      const { token, at, verified } = await shown()
      const { ring, counted } = counting(ringOf([stored]))
      const context = at({ keys: ring })
      expect([await isActive(token, context), await isActive(token, context)]).toEqual([true, true])
      expect([counted.checks, verified.size()]).toEqual([1, 1])
    })

    const elsewhere = { uid: 'uid-other', issuer: 'https://id.example/other' }

    test.for([
      { what: 'issuer', change: () => ({ tenant: aTenant({ issuer: elsewhere.issuer }) }) },
      { what: 'tenant', change: () => ({ tenant: aTenant(elsewhere), keys: ringOf([]) }) },
      { what: 'tenant with the key', change: () => ({ tenant: aTenant(elsewhere) }) },
    ])('is not good at another $what', async ({ change }) => {
      const { token, at, verified } = await shown()
      for (let turn = 0; turn < 2; turn += 1)
        expect(await isActive(token, at(change()))).toBe(false)
      expect(verified.size()).toBe(1)
    })

    test('is inactive from the second in which it expires', async () => {
      const { token, at, counted } = await shown()
      expect(await isActive(token, at({ now: NOW + LIFETIME - 1 }))).toBe(true)
      expect(counted.checks).toBe(1)
      const late = at({ now: NOW + LIFETIME, verified: verifiedTokens() })
      expect(await isActive(token, at({ now: late.now }))).toBe(false)
      expect(counted.checks).toBe(2)
      expect(await isActive(token, late)).toBe(false)
      expect(late.verified.size()).toBe(0)
    })

    test.for([
      { what: 'signature', part: 2 },
      { what: 'payload', part: 1 },
      { what: 'header', part: 0 },
    ])('says nothing for one with another $what', async ({ part }) => {
      const { token, at, verified } = await shown()
      const forged = changed(token, part, bent)
      for (let turn = 0; turn < 2; turn += 1) expect(await isActive(forged, at())).toBe(false)
      expect(verified.size()).toBe(1)
      expect(await isActive(token, at())).toBe(true)
    })

    test.for([
      { part: 2, how: () => '' },
      { part: 0, how: () => Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url') },
    ])('says nothing for one that is signed by nobody', async ({ part, how }) => {
      const { token, at, verified } = await shown()
      expect(await isActive(changed(token, part, how), at())).toBe(false)
      expect(verified.size()).toBe(1)
    })

    test('is inactive once it was revoked', async () => {
      const { token, at, counted } = await shown()
      expect((await revoke.handle(post({ token }), at())).status).toBe(200)
      expect(await isActive(token, at())).toBe(false)
      expect(counted.checks).toBe(1)
    })

    test('is refused once its application is disabled', async () => {
      const { token, at } = await shown()
      const context = at({ tenant: aTenant({}, [anApplication({ isDisabled: true })]) })
      await expect(userinfo.handle(showing(token), context)).rejects.toMatchObject({
        code: 'invalid_token',
      })
    })

    test('has its room among any number of them', () => {
      const verified = verifiedTokens()
      const key = ringOf([stored]).verifier(stored.kid)
      if (key === undefined) throw new Error('the ring has no such key')
      const one = { key, issuer: tenant.issuer, jti: 'jti', expiresAt: NOW + LIFETIME }
      for (let count = 0; count < 60_000; count += 1) verified.set(String(count), one)
      expect(verified.size()).toBeLessThanOrEqual(20_000)
      expect([verified.get('0'), verified.get('59999')]).toEqual([undefined, one])
    })
  })
})
