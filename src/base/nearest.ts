/** The candidate a person most likely meant, or `undefined` when none is close (Damerau–Levenshtein). */
export function nearest(written: string, candidates: Iterable<string>): string | undefined {
  const limit = Math.max(1, Math.floor(written.length / 3))
  let best: string | undefined
  let bestDistance = limit + 1
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - written.length) >= bestDistance) continue
    const distance = distanceBetween(written.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

function distanceBetween(left: string, right: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let i = 1; i <= left.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= right.length; j += 1)
      row.push(cell(left, right, i, j, row, last, beforeLast))
    beforeLast = last
    last = row
  }
  return last[right.length] ?? 0
}

function cell(
  ...[left, right, i, j, row, last, beforeLast]: [
    string,
    string,
    number,
    number,
    readonly number[],
    readonly number[],
    readonly number[],
  ]
): number {
  const at = (cells: readonly number[], index: number): number => cells[index] ?? Infinity
  const same = left[i - 1] === right[j - 1]
  const swapped = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]
  return Math.min(
    at(last, j) + 1,
    at(row, j - 1) + 1,
    at(last, j - 1) + (same ? 0 : 1),
    swapped ? at(beforeLast, j - 2) + 1 : Infinity,
  )
}
