import { ulid } from '../base/id.ts'
import type { JsonObject } from '../base/json.ts'
import { type Passwords, PasswordTooLong } from '../base/password.ts'
import { type Random, randomToken } from '../base/random.ts'
import { type EpochMilliseconds, toSeconds } from '../base/time.ts'
import type { SignInPolicy } from '../model/tenant.ts'
import type { User } from '../model/user.ts'
import type { TenantStore } from '../store/port.ts'
import { USER_CODE_SOURCE } from './user-code.ts'

export interface AccountWorld {
  readonly store: Pick<TenantStore, 'users' | 'attempts' | 'sessions'>
  readonly passwords: Passwords
  readonly policy: SignInPolicy
  readonly random: Random
  readonly nowMs: EpochMilliseconds
}

export interface NewAccount {
  readonly username: string
  readonly email: string | undefined
  readonly emailVerified?: boolean
  readonly password: string | undefined
  readonly claims?: JsonObject
  readonly roles?: readonly string[]
  readonly groups?: readonly string[]
}

export type Creation =
  | { readonly outcome: 'created'; readonly user: User }
  | { readonly outcome: 'taken' }
  | { readonly outcome: 'password-too-long' }

export async function createAccount(wanted: NewAccount, world: AccountWorld): Promise<Creation> {
  const passwordHash = await hashed(wanted.password, world)
  if (passwordHash === 'too-long') return { outcome: 'password-too-long' }
  const now = toSeconds(world.nowMs)
  const user: User = {
    uid: ulid(world.nowMs, world.random),
    sub: randomToken(world.random, 16),
    username: wanted.username,
    email: wanted.email,
    emailVerified: wanted.emailVerified ?? false,
    claims: wanted.claims ?? {},
    roles: wanted.roles ?? [],
    groups: wanted.groups ?? [],
    passwordHash: passwordHash?.hash,
    cibaUserCodeHash: undefined,
    createdAt: now,
    updatedAt: now,
    disabledAt: undefined,
  }
  const outcome = await world.store.users.create(user)
  if (outcome === 'taken') return { outcome }
  return { outcome, user }
}

/** Also ends the person's sessions and everything issued, and forgets the failures of the old password. */
export async function setPassword(
  login: string,
  password: string,
  world: AccountWorld,
): Promise<'changed' | 'unknown' | 'password-too-long'> {
  const user = await world.store.users.findByLogin(login)
  if (user === undefined) return 'unknown'
  const made = await hashed(password, world)
  if (made === undefined || made === 'too-long') return 'password-too-long'
  await world.store.users.setPassword(user.uid, made.hash, toSeconds(world.nowMs))
  await world.store.attempts.clearAll(user.uid)
  return 'changed'
}

/** What the person is signed in to stays: the code proves them to applications, not to us. */
export async function setCibaUserCode(
  login: string,
  code: string,
  world: AccountWorld,
): Promise<'changed' | 'unknown' | 'code-too-long'> {
  const user = await world.store.users.findByLogin(login)
  if (user === undefined) return 'unknown'
  const made = await hashed(code, world)
  if (made === undefined || made === 'too-long') return 'code-too-long'
  await world.store.users.setCibaUserCode(user.uid, made.hash, toSeconds(world.nowMs))
  await world.store.attempts.clear(user.uid, USER_CODE_SOURCE)
  return 'changed'
}

/** Ends sessions and everything issued. False when nobody has this login. */
export async function disableAccount(login: string, world: AccountWorld): Promise<boolean> {
  const user = await world.store.users.findByLogin(login)
  return user !== undefined && (await world.store.users.disable(user.uid, toSeconds(world.nowMs)))
}

/** Lets the person sign in again, whether an operator or too many failures stopped them. */
export async function enableAccount(login: string, world: AccountWorld): Promise<boolean> {
  const user = await world.store.users.findByLogin(login)
  if (user === undefined) return false
  await world.store.attempts.clearAll(user.uid)
  await world.store.users.enable(user.uid, toSeconds(world.nowMs))
  return true
}

async function hashed(
  password: string | undefined,
  { passwords, policy }: AccountWorld,
): Promise<{ readonly hash: string } | 'too-long' | undefined> {
  if (password === undefined) return undefined
  try {
    return { hash: await passwords.hash(password, policy.passwordHash) }
  } catch (error) {
    if (error instanceof PasswordTooLong) return 'too-long'
    throw error
  }
}
