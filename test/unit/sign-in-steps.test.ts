import { expect, test } from 'vitest'
import { signIn } from '../../src/accounts/index.ts'
import type { SignInPolicy } from '../../src/model/tenant.ts'
import type { User } from '../../src/model/user.ts'
import { aTenant, aUser, NOW } from '../support/builders.ts'

const BCRYPT = `$2b$10$${'a'.repeat(53)}`
const { signIn: argon2id } = aTenant()
const bcrypt = { ...argon2id, passwordHash: 'bcrypt' } as const

/** What one failed attempt did, in order, without naming whom it did it to. */
async function stepsOf(
  user: User | undefined,
  policy: SignInPolicy = argon2id,
  reserved: 'allowed' | 'locked' = 'allowed',
) {
  const steps: string[] = []
  const step = <T>(name: string, answer: T) => {
    steps.push(name)
    return Promise.resolve(answer)
  }
  const world: Parameters<typeof signIn>[1] = {
    store: {
      users: {
        findByLogin: () => step('findByLogin', user),
        find: () => step('find', user),
        upgradePasswordHash: () => step('upgrade', true),
      },
      attempts: {
        isKnownBrowser: () => step('isKnownBrowser', false),
        reserve: () => step('reserve', reserved),
        clear: () => step('clear', undefined),
        rememberBrowser: () => step('remember', undefined),
      },
    },
    passwords: {
      verify: (_, stored) => step(`verify ${stored.slice(0, 7)}`, false),
      hash: () => step('hash', ''),
    },
    policy,
    now: NOW,
  }
  const found = await signIn({ login: 'someone', password: 'wrong', browser: 'b' }, world)
  expect(found).toBeUndefined()
  return steps
}

const steps = (price: string) => ['findByLogin', 'isKnownBrowser', 'reserve', `verify ${price}`]

test.for([
  { who: 'nobody', user: undefined, policy: argon2id, price: '$argon2' },
  { who: 'nobody, where new hashes are bcrypt', user: undefined, policy: bcrypt, price: '$2b$12$' },
  { who: 'no password', user: aUser(), policy: bcrypt, price: '$2b$12$' },
  { who: 'a wrong one', user: aUser({ passwordHash: BCRYPT }), policy: bcrypt, price: '$2b$10$' },
  {
    who: 'a disabled account',
    user: aUser({ passwordHash: BCRYPT, disabledAt: NOW }),
    policy: argon2id,
    price: '$2b$10$',
  },
])('a failed sign-in takes the same steps: $who', async ({ user, policy, price }) => {
  expect(await stepsOf(user, policy)).toEqual(steps(price))
  expect(await stepsOf(user, policy, 'locked')).toEqual(steps(price))
})
