import { describe, expect, test } from 'vitest'
import { parse } from '../../src/config/parse.ts'

const read = (text: string) => parse({ file: 'a.yaml', bytes: Buffer.from(text) })

const found = (text: string) =>
  read(text).diagnostics.map(({ code, at }) => `${code} ${at.line}:${at.column}`)

describe('YAML 1.2, core schema', () => {
  test.for([
    [
      'a: [no, on, y, 2020-01-01, 15m, 1_000, 1:30]',
      'no on y 2020-01-01 15m 1_000 1:30'.split(' '),
    ],
    ['a: [1, 0o17, 0x1F, -5, 0, 1.5]', [1, 15, 31, -5, 0, 1.5]],
    ['a: [true, False, ~, null]', [true, false, null, null]],
    ["a: [!!str 5, '5', ! 5]", ['5', '5', '5']],
    ['%YAML 1.2\n---\na: [b]', ['b']],
    [
      'x: &x { p: 1 }\na: [{ <<: *x, q: 2 }, { <<: [*x, { q: 3 }] }]',
      [
        { p: 1, q: 2 },
        { p: 1, q: 3 },
      ],
    ],
    ['x: &x { p: 1 }\na: [{ p: 2, <<: *x }]', [{ p: 2 }]],
  ] as const)('%j', ([text, value]) => {
    expect(read(text)).toMatchObject({ documents: [{ value: { a: value } }], diagnostics: [] })
  })
})

describe('what is refused', () => {
  test.for([
    ['YAML 1.1', '%YAML 1.1\n---\na: no', ['TIDP0005 1:1']],
    ['YAML 1.1 later on', 'a: b\n...\n%YAML 1.1\n---\na: no', ['TIDP0005 3:1']],
    ['YAML 1.3', '%YAML 1.3\n---\na: b', ['TIDP0005 1:1']],
    ['a directive that is none', '%FOO bar\n---\na: b', ['TIDP0005 1:1']],
    ['an unknown tag', 'a: !env X', ['TIDP0006 1:4']],
    ['a tag by directive', '%TAG ! tag:x,2020:\n---\na: !b c', ['TIDP0006 3:4']],
    ['bytes', 'a: !!binary aGk=', ['TIDP0006 1:13']],
    ['a date', 'a: !!timestamp 2020-01-01', ['TIDP0006 1:16']],
    ['a set', 'a: !!set { x }', ['TIDP0006 1:10']],
    ['an ordered map', 'a: !!omap [x: 1]', ['TIDP0006 1:11']],
    ['a merge of a number', 'a: { <<: 5 }', ['TIDP0016 1:10']],
    ['a merge of nothing', 'a:\n  <<:', ['TIDP0016 2:6']],
    ['a merge of a list of texts', 'a: { <<: [{}, x] }', ['TIDP0016 1:15']],
    ['a merge of an alias to a list', 'x: &x [1]\na: { <<: *x }', ['TIDP0016 2:10']],
    ['a merge of itself', 'a: &a\n  <<: *a', ['TIDP0007 2:7']],
    ['an alias of nothing', 'a: *b', ['TIDP0007 1:4']],
    ['leading zeros', 'a: 0777', ['TIDP0009 1:4']],
    [
      'an inexact number',
      'a: [9007199254740993, 1e400, .inf, .nan]',
      expect.arrayContaining(['TIDP0009 1:5', 'TIDP0009 1:23', 'TIDP0009 1:30', 'TIDP0009 1:36']),
    ],
    ['a list as a key', '? [a]\n: b', ['TIDP0010 1:3']],
    ['an alias as a key', 'a: &a b\n*a : c', ['TIDP0010 2:1']],
    ['no key', ': b', ['TIDP0010 1:1']],
    ['true as a key', 'true: b', ['TIDP0010 1:1']],
    ['__proto__ in quotes', 'a: [{ "__proto__": 1 }]', ['TIDP0010 1:7']],
    ['constructor to be merged', 'x: &x { constructor: 1 }\na: { <<: *x }', ['TIDP0010 1:9']],
    ['NUL in a key', '"a\\0": b', ['TIDP0014 1:1']],
    ['half a surrogate pair in a key', '"\\ud800": b', ['TIDP0014 1:1']],
    ['the same key in quotes', 'a: 1\n"a": 2', ['TIDP0003 2:1']],
    ['5,000 brackets', '['.repeat(5000), ['TIDP0008 1:1']],
  ] as const)('%s', ([, text, expected]) => {
    expect(found(text)).toEqual(expected)
  })
})
