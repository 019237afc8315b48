import { decoyFor, type Passwords } from '../base/password.ts'
import type { EpochSeconds } from '../base/time.ts'
import type { SignInPolicy } from '../model/tenant.ts'
import type { User } from '../model/user.ts'
import type { Attempts } from '../store/port.ts'

/** Wrong codes are counted for a person whoever asks, and apart from wrong passwords. */
export const USER_CODE_SOURCE = 'ciba'

export interface UserCodeWorld {
  readonly store: { readonly attempts: Pick<Attempts, 'reserve' | 'clear'> }
  readonly passwords: Pick<Passwords, 'verify'>
  readonly policy: SignInPolicy
  readonly now: EpochSeconds
}

/**
 * Whether it is the person's user code. Wrong, locked and none at all are one answer by the same steps: an
 * attempt is counted and a hash compared, against a decoy where there is nothing to compare.
 */
export async function proveUserCode(
  user: User,
  code: string,
  { store, passwords, policy, now }: UserCodeWorld,
): Promise<boolean> {
  const reserved = await store.attempts.reserve(user.uid, USER_CODE_SOURCE, policy, now)
  const stored = reserved === 'allowed' ? user.cibaUserCodeHash : undefined
  const compared = stored ?? decoyFor(user.cibaUserCodeHash, policy.passwordHash)
  const matches = await passwords.verify(code, compared)
  if (stored === undefined || !matches) return false
  await store.attempts.clear(user.uid, USER_CODE_SOURCE)
  return true
}
