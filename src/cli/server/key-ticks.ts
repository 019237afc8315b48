import type { Seconds } from '../../base/time.ts'
import type { KeyPolicy } from '../../model/key.ts'
import type { Snapshot } from '../../model/snapshot.ts'

const MINUTE: Seconds = 60
const LEAST_MS = 500

/** Often enough for the shortest policy, and no less than each minute. */
export function keyTickMs({ tenants }: Pick<Snapshot, 'tenants'>): number {
  const shortest = tenants.flatMap(({ keyPolicy }) => timesOf(keyPolicy))
  return Math.max(LEAST_MS, shortest.reduce((least, one) => Math.min(least, one), MINUTE) * 1000)
}

/** A tenth of each of them: nobody notices such a delay. */
const timesOf = ({ rotateEvery, publishAhead, keepAfter }: KeyPolicy): readonly number[] =>
  [rotateEvery, publishAhead, keepAfter].filter((each) => each > 0).map((each) => each / 10)
