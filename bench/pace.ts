import { setTimeout as moment } from 'node:timers/promises'

export interface Paced {
  readonly milliseconds: readonly number[]
  readonly refused: number
}

/**
 * Begins so many a second, evenly, whether or not earlier ones have ended: as independent callers would.
 * The time of each runs from when it was due, so that what waits in line counts. (autocannon sends a
 * second's worth at the beginning of the second.)
 */
export async function paced(
  perSecond: number,
  seconds: number,
  begin: (index: number) => Promise<boolean>,
): Promise<Paced> {
  const milliseconds: number[] = []
  const under: Promise<void>[] = []
  const start = performance.now()
  let refused = 0
  const one = async (index: number, due: number): Promise<void> => {
    const isGood = await begin(index).catch(() => false)
    if (!isGood) refused += 1
    milliseconds.push(performance.now() - due)
  }
  for (let index = 0; index < perSecond * seconds; index += 1) {
    const due = start + (index * 1000) / perSecond
    while (performance.now() < due) await moment(1)
    under.push(one(index, due))
  }
  await Promise.all(under)
  return { milliseconds: milliseconds.sort((left, right) => left - right), refused }
}

export const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.ceil(sorted.length * share) - 1] ?? 0
