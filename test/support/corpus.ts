import { readFileSync } from 'node:fs'

/**
 * A valid project, and some four hundred ways to spoil it: a line of it with one mistake, and exactly what is said
 * then. ‹ and › are around the token that is wrong, and around the right one where it is a misspelling of that.
 */
export const CORPUS = new URL('../config/corpus/', import.meta.url)

export interface Case {
  readonly what: string
  readonly line: number
  readonly right: string
  readonly wrong: string
  /** Of the first thing that is said. */
  readonly code: string
}

const CASE = /^== (.*)\n(\d+) - (.*)\n\2 \+ (.*)\n\w+\[(\w+)\]/gm

const casesIn = (path: URL): readonly Case[] =>
  [...readFileSync(path, 'utf8').matchAll(CASE)].map(
    ([, what = '', line, right = '', wrong = '', code = '']): Case => ({
      what,
      line: Number(line),
      right,
      wrong,
      code,
    }),
  )

/** A file of it, and the ways to spoil that. */
function corpusOf(file: string, list: string) {
  const path = new URL(list, CORPUS)
  return { file, path, base: readFileSync(new URL(file, CORPUS), 'utf8'), cases: casesIn(path) }
}

export const PROJECT = corpusOf('tokenidp.yaml', 'cases.txt')
/** What is of kind Test is in files of its own. */
export const TESTS = corpusOf('shop.test.yaml', 'test-cases.txt')

export const { cases } = PROJECT

const unmarked = (text: string): string => text.replaceAll(/[‹›]/g, '').replaceAll('⏎', '\n')

/** The file with that mistake. */
export function spoilt({ what, line, right, wrong }: Case, { base } = PROJECT): string {
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
  const index = PROJECT.base
    .split('\n')
    .slice(0, each.line - 1)
    .filter((line) => line === '---').length
  return documents[index] ?? ''
}
