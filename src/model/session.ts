import type { EpochSeconds } from '../base/time.ts'

/** How surely a session knows its person, as `acr` carries it. 1: by a password. */
export const ACR_VALUES = ['1'] as const

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
