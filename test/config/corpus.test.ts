import { describe, expect, test } from 'vitest'
import type { Diagnostic, Position } from '../../src/base/diagnostic.ts'
import { readConfiguration, readTests } from '../../src/config/index.ts'
import { type Case, CORPUS, PROJECT, spoilt, TESTS } from '../support/corpus.ts'

/** 2026-05-01T00:00:00Z */
const NOW = 1_777_593_600

const markedIn = (text: string): string | undefined => /‹(.*)›/s.exec(text)?.[1]

interface Result extends Case {
  readonly text: string
  readonly found: readonly Diagnostic[]
}

const read = (texts: ReadonlyMap<string, string>): readonly Diagnostic[] => {
  const found = readConfiguration({ from: CORPUS.pathname, now: NOW, texts })
  if (found.outcome !== 'valid') return 'diagnostics' in found ? found.diagnostics : []
  return [...found.diagnostics, ...readTests(found, () => true).diagnostics]
}

test('of no mistake, nothing is said', () => {
  expect(read(new Map())).toEqual([])
})

const LISTS = [
  { of: PROJECT, least: { cases: 300, marked: 300, misspelt: 150 } },
  { of: TESTS, least: { cases: 60, marked: 50, misspelt: 50 } },
].map(({ of, least }) => ({
  file: of.file,
  path: of.path,
  least,
  results: of.cases.map((each): Result => {
    const text = spoilt(each, of)
    return { ...each, text, found: foundIn(of.file, text) }
  }),
}))

/** A mistake elsewhere would keep the tests from being read at all. */
function foundIn(file: string, text: string): readonly Diagnostic[] {
  const others = file === TESTS.file ? [] : [[TESTS.file, ''] as const]
  return read(new Map([[file, text], ...others]))
}

const lineOf = (text: string, { line }: Position): string => text.split('\n')[line - 1] ?? ''

const under = (text: string, at: Position): string =>
  lineOf(text, at).slice(at.column - 1, at.endLine === at.line ? at.endColumn - 1 : undefined)

function told(
  text: string,
  { severity, code, at, message, hint, related, fixes }: Diagnostic,
): string {
  return [
    `${severity}[${code}] ${at.line}:${at.column} ‹${under(text, at)}› ${message}`,
    ...(hint === undefined ? [] : [`  help: ${hint}`]),
    ...fixes.map((fix) => `  fix: ${fix.text}`),
    ...related.map((each) => `  ${each.message}: ${each.at.line}:${each.at.column}`),
  ].join('\n')
}

const block = ({ what, line, right, wrong, text, found }: Result): string =>
  [
    `== ${what}`,
    `${line} - ${right}`,
    `${line} + ${wrong}`,
    ...found.map((each) => told(text, each)),
    '',
  ].join('\n')

describe.each(LISTS)('what is said of mistakes in $file', ({ file, path, least, results }) => {
  test('is exactly this', async () => {
    await expect(results.map(block).join('\n')).toMatchFileSnapshot(path.pathname)
  })

  test('is said at a place in the file', () => {
    expect(results.length).toBeGreaterThanOrEqual(least.cases)
    for (const { what, text, found } of results) {
      expect(found.length, what).toBeGreaterThan(0)
      for (const { at } of found) {
        expect(at.file).toBe(file)
        expect(at.column, what).toBeGreaterThan(0)
        expect(lineOf(text, at).length, what).toBeGreaterThanOrEqual(at.column)
      }
    }
  })

  test('is said at the token that is wrong', () => {
    const marked = results.filter(({ wrong }) => wrong.includes('‹'))
    const missed = marked.filter(
      ({ wrong, text, found }) => !found.some(({ at }) => under(text, at) === markedIn(wrong)),
    )
    expect(marked.length).toBeGreaterThan(least.marked)
    expect(missed.map(({ what }) => what)).toEqual([])
  })

  test('has what was meant first', () => {
    const misspelt = results.filter(({ right }) => right.includes('‹'))
    const meant = misspelt.filter(({ right, found: [first] }) => {
      const suggested = /did you mean (?:"([^"]*)"|(\$\{.*?\}))/.exec(first?.hint ?? '')
      return suggested?.[1]?.split('.').at(-1) === markedIn(right)
    })
    expect(misspelt.length).toBeGreaterThan(least.misspelt)
    expect(
      misspelt
        .filter((each) => !meant.includes(each))
        .map(({ what }) => what)
        .slice(0, 20),
    ).toEqual([])
  })

  test('is said once', () => {
    const count = results.reduce((sum, { found }) => sum + found.length, 0)
    expect(count / results.length).toBeLessThanOrEqual(1.2)
  })
})
