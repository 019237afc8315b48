import type { KeyAlgorithm, StoredKey } from '../../model/key.ts'

/** The keys of one algorithm, as they take turns. */
export interface KeyLine {
  readonly algorithm: KeyAlgorithm
  readonly active: StoredKey | undefined
  /** On standby: published, never used to sign. The longest first. */
  readonly waiting: readonly StoredKey[]
  /** Whose turn is next: the one that somebody asked for, or the first that waits. */
  readonly next: StoredKey | undefined
  /** The place of the next key to be made. */
  readonly nextOrdinal: number
}

export function lineOf(stored: readonly StoredKey[], algorithm: KeyAlgorithm): KeyLine {
  const keys = stored
    .filter((key) => key.algorithm === algorithm)
    .toSorted((one, other) => one.ordinal - other.ordinal)
  const waiting = keys.filter(({ state }) => state === 'pending')
  return {
    algorithm,
    active: keys.find(({ state }) => state === 'active'),
    waiting,
    next: scheduled(waiting) ?? waiting[0],
    nextOrdinal: (keys.at(-1)?.ordinal ?? 0) + 1,
  }
}

const scheduled = (waiting: readonly StoredKey[]): StoredKey | undefined =>
  waiting
    .filter(({ activateAt }) => activateAt !== undefined)
    .toSorted((one, other) => (one.activateAt ?? 0) - (other.activateAt ?? 0))[0]
