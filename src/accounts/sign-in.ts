import { decoyFor, needsRehash, type Passwords } from '../base/password.ts'
import type { EpochSeconds } from '../base/time.ts'
import type { SignInPolicy } from '../model/tenant.ts'
import type { User } from '../model/user.ts'
import type { Attempts, Users } from '../store/port.ts'

export interface Attempt {
  readonly login: string
  readonly password: string
  /** Digest of the browser's own cookie; none where the password comes from elsewhere. */
  readonly browser: string | undefined
}

export interface SignInWorld {
  readonly store: {
    readonly users: Pick<Users, 'find' | 'findByLogin' | 'upgradePasswordHash'>
    readonly attempts: Omit<Attempts, 'clearAll'>
  }
  readonly passwords: Pick<Passwords, 'hash' | 'verify'>
  readonly policy: SignInPolicy
  readonly now: EpochSeconds
}

/** An account that nobody has, which takes any number of attempts. */
const NOBODY = { uid: '', policy: { maxFailures: 1, lockout: 0 } }

/**
 * The person with the hash that their password was verified against, or nobody. Unknown, wrong, locked and disabled
 * are one answer by the same steps: an attempt is counted and the password hashed at the same price, against a decoy
 * where nothing is to be compared.
 */
export async function signIn(attempt: Attempt, world: SignInWorld): Promise<User | undefined> {
  const { store, passwords, policy, now } = world
  const user = await store.users.findByLogin(attempt.login)
  const { uid, policy: limits } = user === undefined ? NOBODY : { ...user, policy }
  const source = await sourceOf(uid, attempt, world)
  const reserved = await store.attempts.reserve(uid, source, { ...policy, ...limits }, now)
  const isOpen = reserved === 'allowed' && user?.disabledAt === undefined
  const stored = isOpen ? user?.passwordHash : undefined
  const compared = stored ?? decoyFor(user?.passwordHash, policy.passwordHash)
  const matches = await passwords.verify(attempt.password, compared)
  if (user === undefined || stored === undefined || !matches) return undefined
  await Promise.all([
    store.attempts.clear(user.uid, source),
    attempt.browser && store.attempts.rememberBrowser(user.uid, attempt.browser, now),
  ])
  const passwordHash = await upgraded(user.uid, stored, attempt.password, world)
  return { ...user, passwordHash }
}

/** A browser with a past success has a counter of its own: strangers cannot lock its owner out. */
const sourceOf = async (uid: string, { browser }: Attempt, { store }: SignInWorld) =>
  browser !== undefined && (await store.attempts.isKnownBrowser(uid, browser)) ? browser : ''

/** The hash that is stored now, unless it is of another password by now. */
async function upgraded(
  uid: string,
  from: string,
  password: string,
  { store, passwords, policy }: SignInWorld,
): Promise<string> {
  if (!needsRehash(from, policy.passwordHash)) return from
  // bcrypt cannot hold a long password that argon2id did: such a one stays as it is.
  if (policy.passwordHash === 'bcrypt' && Buffer.byteLength(password.normalize('NFC')) > 72)
    return from
  const to = await passwords.hash(password, policy.passwordHash)
  if (await store.users.upgradePasswordHash(uid, from, to)) return to
  // Whoever signed in at the same moment may have been faster.
  const { passwordHash: stored } = (await store.users.find(uid)) ?? {}
  return stored !== undefined && (await passwords.verify(password, stored)) ? stored : to
}
