interface Line {
  /** The metric it belongs to. */
  readonly metric: string
  readonly text: string
}

/** One exposition of those of several workers. */
export function sumMetrics(texts: readonly string[]): string {
  const lines = texts.flatMap((text) => [...linesOf(text)])
  return [...Map.groupBy(lines, ({ metric }) => metric).values()]
    .flatMap((own) => [...new Set(own.filter(isComment).map(({ text }) => text)), ...samples(own)])
    .map((line) => `${line}\n`)
    .join('')
}

function* linesOf(exposition: string): Generator<Line> {
  let metric = ''
  for (const text of exposition.split('\n')) {
    if (text.startsWith('# ')) metric = text.split(' ')[2] ?? ''
    if (text !== '') yield { metric, text }
  }
}

const isComment = ({ text }: Line): boolean => text.startsWith('# ')

const nameOf = ({ text }: Line): string => text.slice(0, text.lastIndexOf(' '))

const valueIn = ({ text }: Line): number => Number(text.slice(text.lastIndexOf(' ') + 1))

const samples = (own: readonly Line[]): readonly string[] =>
  [
    ...Map.groupBy(
      own.filter((line) => !isComment(line)),
      nameOf,
    ),
  ].map(([name, alike]) => `${name} ${together(name, alike.map(valueIn))}`)

/** What they have used adds up; of what they are at, what all of them are at counts. */
function together(name: string, values: readonly number[]): number {
  if (/^\w+_total\b|^process_resident_memory_bytes/.test(name))
    return values.reduce((sum, value) => sum + value, 0)
  return name.startsWith('tokenidp_config_revision{state="active"')
    ? Math.min(...values)
    : Math.max(...values)
}
