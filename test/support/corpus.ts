import { readFileSync } from 'node:fs'

/**
 * A valid project, and some four hundred ways to spoil it: a line of it with one mistake, and exactly what is said
 * then. ‹ and › are around the token that is wrong, and around the right one where it is a misspelling of that.
 */
export const CORPUS = new URL('../config/corpus/', import.meta.url)
export const CASES = new URL('cases.txt', CORPUS)

const base = readFileSync(new URL('tokenidp.yaml', CORPUS), 'utf8')

export interface Case {
  readonly what: string
  readonly line: number
  readonly right: string
  readonly wrong: string
  /** Of the first thing that is said. */
  readonly code: string
}

const CASE = /^== (.*)\n(\d+) - (.*)\n\2 \+ (.*)\n\w+\[(\w+)\]/gm

export const cases = [...readFileSync(CASES, 'utf8').matchAll(CASE)].map(
  ([, what = '', line, right = '', wrong = '', code = '']): Case => ({
    what,
    line: Number(line),
    right,
    wrong,
    code,
  }),
)

const unmarked = (text: string): string => text.replaceAll(/[‹›]/g, '').replaceAll('⏎', '\n')

/** The project with that mistake. */
export function spoilt({ what, line, right, wrong }: Case): string {
  const lines = base.split('\n')
  const before = lines.slice(0, line - 1).map((each) => `${each}\n`)
  const after = lines.slice(line - 1).join('\n')
  if (!after.split('\n')[0]?.includes(unmarked(right).trimEnd()))
    throw new Error(`${what}: line ${line} is not "${right}"`)
  return before.join('') + after.replace(unmarked(right), () => unmarked(wrong))
}

/** Only the document that has the mistake. */
export function spoiltDocument(each: Case): string {
  const documents = spoilt(each).split(/^---$/m)
  const index = base
    .split('\n')
    .slice(0, each.line - 1)
    .filter((line) => line === '---').length
  return documents[index] ?? ''
}
