import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Lexer, parseAllDocuments } from 'yaml'
import { formatted } from '../../src/config/format.ts'

const EXAMPLES = new URL('../../config-examples/', import.meta.url)

const valuesOf = (text: string): readonly unknown[] =>
  parseAllDocuments(text, { merge: true }).flatMap((document) => {
    expect(document.errors).toEqual([])
    const value: unknown = document.toJS()
    return value === null ? [] : [value]
  })

const commentsOf = (text: string): readonly string[] =>
  [...new Lexer().lex(text)].filter((each) => each.startsWith('#')).map((each) => each.trim())

function expectSame(text: string): void {
  const form = formatted(text) ?? 'none'
  expect({ values: valuesOf(form), comments: commentsOf(form) }).toEqual({
    values: valuesOf(text),
    comments: commentsOf(text),
  })
  expect(formatted(form)).toBe(form)
  expect(form).not.toMatch(/[ \t]$/m)
}

/** Scalars as people write them, each in a form that can stand anywhere. */
const scalar = fc.oneof(
  fc.constantFrom('true', 'null', '15m', '0777', '1.50', '0x1F', '-3', "'it''s'", '~', '{}', '[]'),
  fc.constantFrom(
    'openid',
    'https://a.example/b',
    '"#no"',
    '"a\\n\\u00e9 b"',
    'a#b',
    "'a: b'",
    '*x'.slice(1),
  ),
  fc.string({ maxLength: 60 }).map((text) => JSON.stringify(text)),
)
const key = fc.stringMatching(/^[a-z][a-zA-Z_]{0,8}$/)
const note = fc.option(
  fc.stringMatching(/^[ -~]{0,20}$/).map((text) => `# ${text}`.trimEnd()),
  { freq: 3, nil: undefined },
)
const above = fc.array(fc.constantFrom('# above', '#below', '#', '# a: b'), { maxLength: 2 })

interface Written {
  readonly isScalar: boolean
  /** With so many blanks in front of each line. */
  block(indent: number): string
  readonly flow: string
}

const flat = (text: string): Written => ({ isScalar: true, block: () => text, flow: text })

const lines = (indent: number, notes: readonly string[]): string =>
  notes.map((text) => `${' '.repeat(indent)}${text}\n`).join('')

/** Maps and lists in either style, with comments above and behind their entries. */
const { value } = fc.letrec<{ value: Written; map: Written; list: Written }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar.map(flat),
    tie('map'),
    tie('list'),
  ),
  map: fc
    .tuple(
      fc.uniqueArray(fc.tuple(key, tie('value'), note, above), {
        selector: ([name]) => name,
        minLength: 1,
        maxLength: 4,
      }),
      fc.constantFrom(2, 4),
    )
    .map(([entries, step]) => ({
      isScalar: false,
      flow: `{ ${entries.map(([name, each]) => `${name}: ${each.flow}`).join(', ')} }`,
      block: (indent) =>
        entries
          .map(([name, each, behind, notes]) => {
            const head = `${lines(indent, notes)}${' '.repeat(indent)}${name}:`
            const tail = behind === undefined ? '\n' : ` ${behind}\n`
            return each.isScalar
              ? `${head} ${each.flow}${tail}`
              : `${head}${tail}${each.block(indent + step)}`
          })
          .join(''),
    })),
  list: fc
    .tuple(
      fc.array(fc.tuple(tie('value'), note, above), { minLength: 1, maxLength: 4 }),
      fc.boolean(),
    )
    .map(([items, isFlow]) => {
      const flow = `[${items.map(([each]) => each.flow).join(', ')}]`
      return {
        isScalar: isFlow,
        flow,
        block: (indent) =>
          items
            .map(([each, behind, notes]) => {
              const tail = behind === undefined ? '\n' : ` ${behind}\n`
              return `${lines(indent, notes)}${' '.repeat(indent)}- ${each.flow}${tail}`
            })
            .join(''),
      }
    }),
}))

const documents = fc
  .array(
    fc.tuple(
      above,
      value.filter(({ isScalar }) => !isScalar),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((each) => each.map(([notes, written]) => lines(0, notes) + written.block(0)).join('---\n'))

describe('tokenidp fmt', () => {
  test('changes no meaning, keeps every comment, and has nothing to do afterwards', {
    timeout: 300_000,
  }, () => {
    const numRuns = process.env.FULL === '1' ? 5000 : 300
    fc.assert(fc.property(documents, expectSame), { numRuns })
  })

  test.for([
    ['a list in brackets over several lines', 'a: [ # x\n b, # y\n # z\n c ] # w\n'],
    ['a map in braces over several lines', 'a: { # x\n b: 1, # y\n # z\n }\n'],
    ['a comment between a key and its value', 'a:\n  # x\n  b\n'],
    ['anchors, aliases and merges', 'a: &x # c\n  b: 1\nc: *x # d\nd:\n  <<: *x # e\n  y: 2\n'],
    [
      'blocks of text',
      'a: |\n  text # no\n  x\n# y\nb: >-\n  long\n  text\n\n  more\nc: |+\n  x\n\n\nd: 1\n',
    ],
    ['a comment in the first column of a map', 'a:\n# low\n  b: 1\n'],
    [
      'four spaces, and lists in the column of their key',
      'a:\n    b:\n    - c\n    - d:\n        e\n',
    ],
    ['a version, and what is behind the end', '%YAML 1.2\n---\na: 1\n...\n# after\n'],
    ['tags', 'a: !!str 1 # x\n'],
    ['Windows line ends', 'a: 1\r\nb: # x\r\n  - 2\r\n'],
    ['a byte order mark', '\ufeffa: 1\n'],
    ['many blank lines', '# a\n\n\n\n# b\na: 1\n\n\n\n# c\n\nb: 2\n\n\n'],
    ['comments around documents', 'a: b # x\n\n# y\n\n---\n\n# z\n\nc: d\n# e\n'],
    ['comments and nothing else', '# only\n\n\n\n# this   \n'],
    ['a text over several lines', 'a: "x\n  y" # z\nb: x\n  y # w\n'],
    ['an empty document among others', 'a: 1\n---\n---\nb: 2\n'],
    ['a comment behind braces at the top', '# c\n{a: 1} # d\n'],
  ] as const)('%s', ([, text]) => {
    expectSame(text)
  })

  test.for([
    'a: *nothing\n',
    'a: [*nothing]\n',
    'a: "b\n',
    'a: !x b\n',
    'a: &a\n  b:\n    <<: *a\n',
    'a: { <<: 1 }\n',
  ])('%j is left as it is', (text) => expect(formatted(text)).toBeUndefined())

  test('our examples are in form', () => {
    const files = readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' })
    for (const file of files.filter((name) => name.endsWith('.yaml'))) {
      const text = readFileSync(new URL(file, EXAMPLES), 'utf8')
      // A recipe for a pipeline is in the form of that.
      if (text.includes('apiVersion: tokenidp.dev/')) expect(formatted(text), file).toBe(text)
    }
  })
})
