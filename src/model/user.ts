import type { JsonObject } from '../base/json.ts'
import type { EpochSeconds } from '../base/time.ts'

/** In characters. */
export const GROUP_NAME_LENGTH = 256

export interface User {
  readonly uid: string
  /** What tokens call the person: random, never reused, apart from the uid. */
  readonly sub: string
  readonly username: string
  readonly email: string | undefined
  readonly emailVerified: boolean
  /** Further standard or custom claims, by their registered names. */
  readonly claims: JsonObject
  readonly roles: readonly string[]
  /** In words of somebody else's directory; they permit nothing here. */
  readonly groups: readonly string[]
  readonly passwordHash: string | undefined
  /** Of what they tell an application that asks them by CIBA (`user_code`). */
  readonly cibaUserCodeHash: string | undefined
  readonly createdAt: EpochSeconds
  readonly updatedAt: EpochSeconds
  readonly disabledAt: EpochSeconds | undefined
}
