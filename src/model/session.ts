import type { EpochSeconds } from '../base/time.ts'

/** One person signed in, in one browser. */
export interface Session {
  readonly uid: string
  readonly userUid: string
  readonly authTime: EpochSeconds
  readonly acr: string
  readonly amr: readonly string[]
  readonly idleExpiresAt: EpochSeconds
  readonly expiresAt: EpochSeconds
}
