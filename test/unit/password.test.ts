import { afterAll, describe, expect, test } from 'vitest'
import { boundedQueue, QueueFull } from '../../src/base/bounded-queue.ts'
import { decoyFor, needsRehash, openPasswords, PasswordTooLong } from '../../src/base/password.ts'

const passwords = openPasswords()
afterAll(() => passwords.close())

// bcryptjs 3, cost 4, of `wonderland`
const IMPORTED = '$2b$04$uqKR0IqXfBAdPEHVAjTKqe6PsFoIjJ60LvhFqYBgCmJmRSVYM5zPC'

describe('a password', () => {
  test.for(['argon2id', 'bcrypt'] as const)('%s: only the same one matches', async (algorithm) => {
    const stored = await passwords.hash('wonderland', algorithm)
    expect(await passwords.verify('wonderland', stored)).toBe(true)
    expect(await passwords.verify('wonderlanD', stored)).toBe(false)
    expect(await passwords.verify('', stored)).toBe(false)
    expect(needsRehash(stored, algorithm)).toBe(false)
  })

  test('composed and decomposed letters are the same (RFC 8265 §4.2)', async () => {
    const stored = await passwords.hash('Zo\u00eb')
    expect(await passwords.verify('Zoe\u0308', stored)).toBe(true)
  })

  test.for([
    { stored: undefined, algorithm: 'argon2id', price: /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/ },
    { stored: undefined, algorithm: 'bcrypt', price: /^\$2b\$12\$/ },
    { stored: IMPORTED, algorithm: 'argon2id', price: /^\$2b\$04\$/ },
    {
      stored: '$argon2id$v=19$m=4096,t=1,p=1$c2FsdHNhbHQ$AAAA',
      algorithm: 'bcrypt',
      price: /^\$argon2id\$v=19\$m=4096,t=1,p=1\$/,
    },
  ] as const)('a decoy for $stored in a tenant of $algorithm', async (decoy) => {
    const compared = decoyFor(decoy.stored, decoy.algorithm)
    expect(compared).toMatch(decoy.price)
    expect(compared).not.toBe(decoy.stored)
    expect(await passwords.verify('anything', compared)).toBe(false)
    expect(await passwords.verify('', compared)).toBe(false)
  })

  test('bcrypt never ignores the bytes after the 72nd', async () => {
    const long = 'x'.repeat(72)
    const stored = await passwords.hash(long, 'bcrypt')
    expect(await passwords.verify(long, stored)).toBe(true)
    expect(await passwords.verify(`${long}y`, stored)).toBe(false)
    await expect(passwords.hash(`${long}y`, 'bcrypt')).rejects.toThrow(PasswordTooLong)
  })

  test('bcrypt never ends at a NUL', async () => {
    const stored = await passwords.hash('a', 'bcrypt')
    expect(await passwords.verify('a\0a', stored)).toBe(false)
    await expect(passwords.hash('a\0a', 'bcrypt')).rejects.toThrow(PasswordTooLong)
  })

  test('a long password is no trouble to argon2id', async () => {
    const long = 'x'.repeat(200)
    const stored = await passwords.hash(long)
    expect(await passwords.verify(`${long}y`, stored)).toBe(false)
    expect(await passwords.verify(long, stored)).toBe(true)
  })

  test.for([
    { stored: IMPORTED, wanted: 'argon2id', expected: true },
    { stored: IMPORTED, wanted: 'bcrypt', expected: true },
    {
      stored: '$argon2id$v=19$m=4096,t=1,p=1$c2FsdHNhbHQ$AAAA',
      wanted: 'argon2id',
      expected: true,
    },
  ] as const)('$wanted wants $stored again: $expected', ({ stored, wanted, expected }) => {
    expect(needsRehash(stored, wanted)).toBe(expected)
  })
})

describe('a bounded queue', () => {
  test('runs so many at once, keeps so many waiting and refuses the next', async () => {
    const queue = boundedQueue(2, 1)
    let running = 0
    let most = 0
    const finish: (() => void)[] = []
    const work = async (): Promise<void> => {
      running += 1
      most = Math.max(most, running)
      await new Promise<void>((resolve) => finish.push(resolve))
      running -= 1
    }
    const all = [queue(work), queue(work), queue(work)]
    await expect(queue(work)).rejects.toThrow(QueueFull)
    for (const ended of all) {
      finish.shift()?.()
      await ended
    }
    expect(most).toBe(2)
    await queue(async () => {})
  })
})
