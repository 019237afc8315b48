import type { EpochSeconds } from '../../base/time.ts'
import type { StoredKey } from '../../model/key.ts'

/** Whether a key signs now that did not then, in the place of another one. */
export const rotatedSince = (keys: readonly StoredKey[], then: EpochSeconds): boolean =>
  keys.some(
    (key) =>
      key.state === 'active' &&
      signsSince(key) > then &&
      keys.some((each) => each.algorithm === key.algorithm && signsSince(each) < signsSince(key)),
  )

/** Those that wait have not signed yet. */
const signsSince = ({ state, activatedAt, createdAt }: StoredKey): EpochSeconds =>
  state === 'pending' ? Number.POSITIVE_INFINITY : (activatedAt ?? createdAt)
