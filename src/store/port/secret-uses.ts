import type { EpochSeconds } from '../../base/time.ts'

/** When applications last proved who they are with which of their secrets, to the hour. */
export interface SecretUses {
  note(applicationUid: string, secretId: string, now: EpochSeconds): Promise<void>
  /** By application and then by secret; of one application where it is named. */
  list(applicationUid?: string): Promise<ReadonlyMap<string, ReadonlyMap<string, EpochSeconds>>>
}
