import { describe, expect, test } from 'vitest'
import { eachStore } from '../support/each-store.ts'
import { NOW, times } from '../support/rows.ts'

eachStore((open) => {
  describe('assertions', () => {
    const use = { digest: 'once', expiresAt: NOW + 60 }

    test('of many at once exactly one is fresh', async () => {
      const { assertions } = (await open()).tenant('acme')
      const outcomes = await times(20, () => assertions.use('web', use, NOW))
      expect(outcomes.filter((outcome) => outcome === 'fresh')).toHaveLength(1)
    })

    test('each application and each tenant has its own', async () => {
      const store = await open()
      const own = { digest: 'own', expiresAt: NOW + 60 }
      expect(await store.tenant('acme').assertions.use('web', own, NOW)).toBe('fresh')
      expect(await store.tenant('acme').assertions.use('app', own, NOW)).toBe('fresh')
      expect(await store.tenant('other').assertions.use('web', own, NOW)).toBe('fresh')
      expect(await store.tenant('acme').assertions.use('web', own, NOW)).toBe('replayed')
    })

    test.for([
      { server: 'the same', ahead: 0 },
      { server: 'one whose clock is ahead', ahead: 300 },
    ])('it is remembered until it has expired, though $server forgets', async ({ ahead }) => {
      const { tenant, purging } = await open()
      const { assertions } = tenant('acme')
      const digest = `late ${ahead}`
      const once = { digest, expiresAt: NOW + 60 }
      const forgetAt = (now: number) =>
        purging.sweep('client_assertion', { now, from: undefined, limit: 99 })
      expect(await assertions.use('web', once, NOW)).toBe('fresh')
      await forgetAt(NOW + 59 + ahead)
      expect(await assertions.use('web', once, NOW + 59)).toBe('replayed')
      const again = { digest, expiresAt: NOW + 3600 }
      expect(await assertions.use('web', again, NOW + 59 + ahead)).toBe('replayed')
      expect(await assertions.use('web', again, NOW + 360)).toBe('fresh')
      await forgetAt(NOW + 7200)
      expect(await assertions.use('web', again, NOW + 3600)).toBe('fresh')
    })
  })
})
