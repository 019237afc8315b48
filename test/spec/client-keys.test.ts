import { beforeAll, describe, expect, test } from 'vitest'
import type { Outbound } from '../../src/base/outbound.ts'
import { ASSERTION_TYPE, aClaimSet, aKey, signed, type TestKey } from '../support/assertion.ts'
import { anApplication, NOW } from '../support/builders.ts'
import { eachStore } from '../support/each-store.ts'
import { aProvider, type Provider } from '../support/provider.ts'

const key = aKey('first')

const remote = anApplication({
  clientId: 'remote',
  authMethod: 'private_key_jwt',
  secrets: [],
  jwksUri: 'https://rp.example/jwks',
})

eachStore((open) => {
  let provider: Provider
  beforeAll(async () => {
    provider = await aProvider(await open(), { applications: [remote] })
  })

  describe('keys behind a jwksUri', () => {
    const answering = (answers: readonly (readonly TestKey[] | 'down')[], maxAge?: number) => {
      let calls = 0
      const outbound: Outbound = {
        send: async ({ url }) => {
          const answer = answers[Math.min(calls, answers.length - 1)] ?? 'down'
          calls += 1
          expect(url).toBe('https://rp.example/jwks')
          if (answer === 'down') return { status: 503, headers: {}, body: '' }
          const headers = maxAge === undefined ? {} : { 'cache-control': `max-age=${maxAge}` }
          const body = JSON.stringify({ keys: answer.map(({ jwk }) => jwk) })
          return { status: 200, headers: { ...headers }, body }
        },
      }
      return { outbound, calls: () => calls }
    }

    const askAt = async (now: number, by: TestKey, outbound: Outbound) => {
      const claims = { iat: now, exp: now + 60 }
      const assertion = await signed(aClaimSet('remote', provider.tenant.issuer, claims), by)
      const form = {
        grant_type: 'client_credentials',
        scope: 'orders:read',
        client_assertion_type: ASSERTION_TYPE,
        client_assertion: assertion,
      }
      return (await provider.with({ now, outbound }).post('/token', form)).status
    }

    test('are fetched once, and again for a key that is new', async () => {
      const next = aKey('next')
      const { outbound, calls } = answering([[key], [key, next]])
      expect(await askAt(NOW, key, outbound)).toBe(200)
      expect(await askAt(NOW + 100, key, outbound)).toBe(200)
      expect(calls()).toBe(1)
      expect(await askAt(NOW + 101, next, outbound)).toBe(200)
      expect(calls()).toBe(2)
    })

    test('a flood of unknown keys is no flood of requests', async () => {
      const { outbound, calls } = answering([[key]])
      const unknown = Array.from({ length: 20 }, (_, index) => ({
        ...key,
        kid: `unknown-${index}`,
      }))
      const flood = await Promise.all(unknown.map((each) => askAt(NOW, each, outbound)))
      expect(new Set(flood)).toEqual(new Set([401]))
      expect(calls()).toBe(1)
      expect(await askAt(NOW + 4, { ...key, kid: 'more' }, outbound)).toBe(401)
      expect(calls()).toBe(1)
      expect(await askAt(NOW + 5, { ...key, kid: 'more' }, outbound)).toBe(401)
      expect(calls()).toBe(2)
    })

    test.for([
      { maxAge: undefined, usual: 300 },
      { maxAge: 60, usual: 60 },
      { maxAge: 0, usual: 5 },
      { maxAge: 999_999, usual: 3600 },
    ])('max-age=$maxAge: fresh for $usual seconds', async ({ maxAge, usual }) => {
      const { outbound, calls } = answering([[key]], maxAge)
      await askAt(NOW, key, outbound)
      await askAt(NOW + usual - 1, key, outbound)
      expect(calls()).toBe(1)
      await askAt(NOW + usual, key, outbound)
      expect(calls()).toBe(2)
    })

    test('count for a day while the host is down, and no longer', async () => {
      const { outbound } = answering([[key], 'down'])
      expect(await askAt(NOW, key, outbound)).toBe(200)
      expect(await askAt(NOW + 86_000, key, outbound)).toBe(200)
      expect(await askAt(NOW + 86_401, key, outbound)).toBe(401)
    })
  })
})
