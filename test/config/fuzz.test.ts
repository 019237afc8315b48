import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Diagnostic } from '../../src/base/diagnostic.ts'
import { fixAll } from '../../src/config/fix.ts'
import { formatted } from '../../src/config/format.ts'
import { readConfiguration, render } from '../../src/config/index.ts'
import { aFolder } from '../support/folder.ts'

const RUNS = process.env.FULL === '1' ? 20_000 : 500
/** A hang is what a person would call one, on a machine that has other things to do. */
const LIMIT_MS = 2000

const EXAMPLES = new URL('../../config-examples/', import.meta.url)

const files = [
  readFileSync(new URL('corpus/tokenidp.yaml', import.meta.url), 'utf8'),
  ...readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => readFileSync(new URL(name, EXAMPLES), 'utf8')),
]

/** Numbers below a limit, the same ones for the same seed (mulberry32). */
function numbers(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit)
  }
}

const PIECES = [
  ...[
    '"',
    "'",
    ': ',
    '- ',
    '[',
    ']',
    '{',
    '}',
    '#',
    '&a ',
    '*a',
    '!x ',
    '|',
    '>',
    '%',
    '@',
    '\t',
    '\n',
    '\r\n',
    '---\n',
  ],
  ...[
    '...\n',
    '? ',
    '<<: *a\n',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of documents
    '${var.x}',
    '$${',
    '~',
    'null',
    '1e999',
    '0777',
    '\u0000',
    '\u2028',
    '\ufeff',
    '🛒',
    '\ud800',
  ],
  ...[
    '__proto__: 1\n',
    '# tokenidp-ignore TIDP2020: x',
    'textFrom: { file: tokenidp.yaml }',
    '  ',
    '-',
    'kind: Lint\n',
  ],
] as const

type Change = (text: string, below: (limit: number) => number) => string

const at = (text: string, from: number, to: number, put: string): string =>
  text.slice(0, from) + put + text.slice(to)

const onLines =
  (change: (lines: string[], below: (limit: number) => number) => void): Change =>
  (text, below) => {
    const lines = text.split('\n')
    change(lines, below)
    return lines.join('\n')
  }

const CHANGES: readonly Change[] = [
  (text, below) => {
    const from = below(text.length)
    return at(text, from, from + 1 + below(12), '')
  },
  (text, below) => {
    const from = below(text.length)
    return at(text, from, from, PIECES[below(PIECES.length)] ?? '')
  },
  (text, below) => text.slice(0, below(text.length)),
  onLines((lines, below) => {
    const index = below(lines.length)
    lines.splice(index, 0, lines[index] ?? '')
  }),
  onLines((lines, below) => {
    const [one] = lines.splice(below(lines.length), 1)
    lines.splice(below(lines.length), 0, one ?? '')
  }),
  onLines((lines, below) => {
    const index = below(lines.length)
    lines[index] = ' '.repeat(below(5)) + (lines[index] ?? '').slice(below(3))
  }),
  (text, below) => {
    const words = text.match(/[\w-]+/g) ?? ['x']
    const [one, other] = [words[below(words.length)] ?? '', words[below(words.length)] ?? '']
    const from = text.indexOf(one, below(text.length))
    return from < 0 ? text : at(text, from, from + one.length, other)
  },
]

function spoilt(seed: number): string {
  const below = numbers(seed)
  let text = files[below(files.length)] ?? ''
  for (let count = 1 + below(4); count > 0; count -= 1)
    text = (CHANGES[below(CHANGES.length)] ?? String)(text, below)
  return text
}

/** What is wrong with what is said. */
function problemOf(found: Diagnostic, source = ''): string | undefined {
  const lines = source.split('\n')
  const { line, column, endLine, endColumn } = found.at
  const width = lines[line - 1]?.length
  if (width === undefined || column < 1 || column > width + 1) return 'no place'
  if (endLine < line || (endLine === line && endColumn < column)) return 'it ends before it begins'
  if (found.message === '') return 'nothing is said'
  const excerpt = render(found, source).split('\n').slice(2, 5)
  return excerpt.some((shown) => shown.length > 200) ? 'a line is too long' : undefined
}

const readerOf = (root: string, text: string) => (texts: ReadonlyMap<string, string>) => {
  const read = readConfiguration({
    from: root,
    now: 1_777_593_600,
    texts: new Map([['tokenidp.yaml', text], ...texts]),
  })
  if (read.outcome === 'no-project') throw new Error('no project')
  return read
}

test(`${RUNS} spoilt files: a place for everything, and no end without one`, {
  timeout: 900_000,
}, () => {
  const folder = aFolder({ 'tokenidp.yaml': '' })
  let slowest = 0
  for (let seed = 0; seed < RUNS; seed += 1) {
    const text = spoilt(seed)
    const check = readerOf(folder.path, text)
    const before = performance.now()
    const { diagnostics, sources } = check(new Map())
    slowest = Math.max(slowest, performance.now() - before)
    const problems = diagnostics.map((found) => problemOf(found, sources.get(found.at.file)))
    expect(
      problems.filter((each) => each !== undefined),
      `seed ${seed}`,
    ).toEqual([])
    fixAll(check)
    formatted(text)
  }
  folder.remove()
  expect(slowest).toBeLessThan(LIMIT_MS)
})
