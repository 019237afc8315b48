import type { Log } from '../base/log.ts'
import type { Outbound } from '../base/outbound.ts'
import type { Random } from '../base/random.ts'
import type { EpochMilliseconds, EpochSeconds } from '../base/time.ts'
import type { Tenant } from '../model/tenant.ts'
import type { User } from '../model/user.ts'
import type { TenantStore } from '../store/port.ts'
import type { KeyRing } from './keys/ring.ts'
import type { VerifiedTokens } from './tokens/verified.ts'

/** What surrounds one request. Fixed at its start, so every step sees the same tenant and instant. */
export interface Context {
  readonly tenant: Tenant
  readonly store: TenantStore
  readonly keys: KeyRing
  readonly verified: VerifiedTokens
  readonly random: Random
  readonly now: EpochSeconds
  /** The same instant, for ids that must be ordered within a second. */
  readonly nowMs: EpochMilliseconds
  readonly log: Log
  /** For every address that somebody else wrote down. */
  readonly outbound: Outbound
  /** Whose they are, after counting the attempt; nobody's, whatever the cause. */
  provePassword(login: string, password: string): Promise<User | undefined>
  /** Whether it is the person's, after counting the attempt; false, whatever the cause. */
  proveUserCode(user: User, code: string): Promise<boolean>
}
