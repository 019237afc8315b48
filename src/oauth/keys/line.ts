import type { SigningAlgorithm, StoredKey } from '../../model/key.ts'

/** The keys of one algorithm, as they take turns. */
export interface KeyLine {
  readonly algorithm: SigningAlgorithm
  readonly active: StoredKey | undefined
  /** On standby: published, never used to sign. The first one is next. */
  readonly waiting: readonly StoredKey[]
  /** The place of the next key to be made. */
  readonly nextOrdinal: number
}

export function lineOf(stored: readonly StoredKey[], algorithm: SigningAlgorithm): KeyLine {
  const keys = stored
    .filter((key) => key.algorithm === algorithm)
    .toSorted((one, other) => one.ordinal - other.ordinal)
  return {
    algorithm,
    active: keys.find(({ state }) => state === 'active'),
    waiting: keys.filter(({ state }) => state === 'pending'),
    nextOrdinal: (keys.at(-1)?.ordinal ?? 0) + 1,
  }
}
