/** How many lines around a change are shown. */
const AROUND = 3
/** More lines that differ are shown as one change. */
const MOST = 2000

type Line = readonly [sign: ' ' | '-' | '+', text: string]

/** Two texts as a unified diff, without its header. */
export function lineDiff(before: string, after: string): string {
  const lines = aligned(before.split('\n'), after.split('\n'))
  const isShown = (index: number): boolean =>
    lines.slice(Math.max(0, index - AROUND), index + AROUND + 1).some(([sign]) => sign !== ' ')
  let [old, young] = [1, 1]
  let isOpen = false
  const shown: string[] = []
  for (const [index, [sign, text]] of lines.entries()) {
    if (isShown(index)) {
      if (!isOpen) shown.push(`@@ -${old} +${young} @@`)
      shown.push(`${sign}${text}`)
    }
    isOpen = isShown(index)
    if (sign !== '+') old += 1
    if (sign !== '-') young += 1
  }
  return shown.map((line) => `${line}\n`).join('')
}

/** What both have at their ends stays; between, the longest common sequence. */
function aligned(before: readonly string[], after: readonly string[]): readonly Line[] {
  let start = 0
  while (start < Math.min(before.length, after.length) && before[start] === after[start]) start += 1
  let end = 0
  const most = Math.min(before.length, after.length) - start
  while (end < most && before.at(-1 - end) === after.at(-1 - end)) end += 1
  const same = (text: string): Line => [' ', text]
  return [
    ...before.slice(0, start).map(same),
    ...between(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(same),
  ]
}

function between(before: readonly string[], after: readonly string[]): readonly Line[] {
  const removed = (text: string): Line => ['-', text]
  const added = (text: string): Line => ['+', text]
  if (before.length * after.length > MOST * MOST)
    return [...before.map(removed), ...after.map(added)]
  const lengths = commonLengths(before, after)
  const at = (i: number, j: number): number => lengths[i]?.[j] ?? 0
  const lines: Line[] = []
  let [i, j] = [0, 0]
  while (i < before.length || j < after.length) {
    const [old, young] = [before[i], after[j]]
    if (old !== undefined && old === young) {
      lines.push([' ', old])
      i += 1
      j += 1
    } else if (old !== undefined && (young === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push(removed(old))
      i += 1
    } else {
      lines.push(added(young ?? ''))
      j += 1
    }
  }
  return lines
}

/** Of the texts from each pair of lines on. */
function commonLengths(before: readonly string[], after: readonly string[]): readonly number[][] {
  const lengths = Array.from({ length: before.length + 1 }, () =>
    Array.from({ length: after.length + 1 }, () => 0),
  )
  for (let i = before.length - 1; i >= 0; i -= 1)
    for (let j = after.length - 1; j >= 0; j -= 1) {
      const [row, below] = [lengths[i] ?? [], lengths[i + 1] ?? []]
      row[j] =
        before[i] === after[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0)
    }
  return lengths
}
