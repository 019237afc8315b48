import { needsRehash, type Passwords } from '../base/password.ts'
import type { EpochSeconds } from '../base/time.ts'
import type { SignInPolicy } from '../model/tenant.ts'
import type { User } from '../model/user.ts'
import type { TenantStore } from '../store/port.ts'

export interface Attempt {
  readonly login: string
  readonly password: string
  /** Digest of the browser's own cookie. */
  readonly browser: string
}

export interface SignInWorld {
  readonly store: Pick<TenantStore, 'users' | 'attempts'>
  readonly passwords: Passwords
  readonly policy: SignInPolicy
  readonly now: EpochSeconds
}

/**
 * The person, or nobody. Unknown, wrong, locked and disabled are one answer that takes one time: the
 * password is always hashed, against nothing where there is nothing to compare.
 */
export async function signIn(attempt: Attempt, world: SignInWorld): Promise<User | undefined> {
  const { store, passwords, policy, now } = world
  const user = await store.users.findByLogin(attempt.login)
  const source = user === undefined ? '' : await sourceOf(user, attempt, world)
  const allowed =
    user !== undefined &&
    (await store.attempts.reserve(user.uid, source, policy, now)) === 'allowed' &&
    user.disabledAt === undefined
  const stored = allowed ? user.passwordHash : undefined
  const matches = await passwords.verify(attempt.password, stored)
  if (user === undefined || stored === undefined || !matches) return undefined
  await store.attempts.clear(user.uid, source)
  await store.attempts.rememberBrowser(user.uid, attempt.browser, now)
  await upgrade(user.uid, stored, attempt.password, world)
  return user
}

/** A browser with a past success has a counter of its own: strangers cannot lock its owner out. */
const sourceOf = async (user: User, { browser }: Attempt, { store }: SignInWorld) =>
  (await store.attempts.isKnownBrowser(user.uid, browser)) ? browser : ''

async function upgrade(uid: string, from: string, password: string, world: SignInWorld) {
  const { store, passwords, policy } = world
  if (!needsRehash(from, policy.passwordHash)) return
  // bcrypt cannot hold a long password that argon2id did: such a one stays as it is.
  if (policy.passwordHash === 'bcrypt' && Buffer.byteLength(password.normalize('NFC')) > 72) return
  await store.users.upgradePasswordHash(
    uid,
    from,
    await passwords.hash(password, policy.passwordHash),
  )
}
