import { describe, expect, test } from 'vitest'
import { addressKey } from '../../src/base/address-key.ts'
import { boundedMap } from '../../src/base/bounded-map.ts'
import { rateLimiter } from '../../src/http/rate-limiter.ts'

describe('a budget', () => {
  /** How many of `asked` requests in one instant there is something left for. */
  const served = (limiter: ReturnType<typeof rateLimiter>, asked: number, at: number, key = 'a') =>
    Array.from({ length: asked }).filter(() => {
      if (limiter.wait(key, 60, at) > 0) return false
      limiter.spend(key, 60, at)
      return true
    }).length

  test.for([
    { when: 'at once', pause: 0, more: 0 },
    { when: 'after a second', pause: 1_000, more: 1 },
    { when: 'after half a minute', pause: 30_000, more: 30 },
    { when: 'after an hour, and no more than a minute holds', pause: 3_600_000, more: 60 },
  ])('of a minute is there at once; $more more $when', ({ pause, more }) => {
    const limiter = rateLimiter()
    expect(served(limiter, 100, 0)).toBe(60)
    expect(served(limiter, 100, pause)).toBe(more)
    expect(served(limiter, 100, pause, 'b')).toBe(60)
  })

  test('tells how long to wait for the next', () => {
    const limiter = rateLimiter()
    served(limiter, 60, 0)
    expect(limiter.wait('a', 60, 0)).toBe(1_000)
    expect(limiter.wait('a', 60, 999)).toBe(1)
    expect(limiter.wait('a', 60, 1_000)).toBe(0)
  })
})

test('any number of keys takes no more than its room, and the latest are kept', () => {
  const map = boundedMap<number>(1_000)
  for (let key = 0; key < 10_000; key += 1) {
    map.set(String(key), key)
    map.set('in use', key)
    expect(map.size()).toBeLessThanOrEqual(1_001)
  }
  expect(map.get('in use')).toBe(9_999)
  expect(map.get('9600')).toBe(9_600)
  expect(map.get('1')).toBeUndefined()
})

test.for([
  ['192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::', '2001:db8:1:2'],
  ['2001:db8:1:2::9', '2001:db8:1:2'],
  ['2001:db8:1:2:ffff::', '2001:db8:1:2'],
  ['2001:0db8:0001:0002::9', '2001:db8:1:2'],
  ['2001:db8::9', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['::', '0:0:0:0'],
  ['2001:db8::192.0.2.1', '2001:db8:0:0'],
  ['unknown', 'unknown'],
] as const)('%s pays as %s', ([address, key]) => {
  expect(addressKey(address)).toBe(key)
})
