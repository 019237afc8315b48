import { describe, expect, test } from 'vitest'
import type { Diagnostic, Position } from '../../src/base/diagnostic.ts'
import { readConfiguration } from '../../src/config/index.ts'
import { CASES, type Case, CORPUS, cases, spoilt } from '../support/corpus.ts'

/** 2026-05-01T00:00:00Z */
const NOW = 1_777_593_600

const markedIn = (text: string): string | undefined => /‹(.*)›/s.exec(text)?.[1]

interface Result extends Case {
  readonly text: string
  readonly found: readonly Diagnostic[]
}

const results = cases.map((each): Result => {
  const text = spoilt(each)
  const read = readConfiguration({
    from: CORPUS.pathname,
    now: NOW,
    texts: new Map([['tokenidp.yaml', text]]),
  })
  return { ...each, text, found: 'diagnostics' in read ? read.diagnostics : [] }
})

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

describe('what is said of mistakes', () => {
  test('of none, nothing', () => {
    const read = readConfiguration({ from: CORPUS.pathname, now: NOW })
    expect(read).toMatchObject({ outcome: 'valid', diagnostics: [] })
  })

  test('is exactly this', async () => {
    await expect(results.map(block).join('\n')).toMatchFileSnapshot(CASES.pathname)
  })

  test('is said at a place in the file', () => {
    expect(results.length).toBeGreaterThanOrEqual(300)
    for (const { what, text, found } of results) {
      expect(found.length, what).toBeGreaterThan(0)
      for (const { at } of found) {
        expect(at.file).toBe('tokenidp.yaml')
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
    expect(marked.length).toBeGreaterThan(300)
    expect(missed.map(({ what }) => what)).toEqual([])
  })

  test('has what was meant first', () => {
    const misspelt = results.filter(({ right }) => right.includes('‹'))
    const meant = misspelt.filter(({ right, found: [first] }) => {
      const suggested = /did you mean (?:"([^"]*)"|(\$\{.*?\}))/.exec(first?.hint ?? '')
      return suggested?.[1]?.split('.').at(-1) === markedIn(right)
    })
    expect(misspelt.length).toBeGreaterThan(150)
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
