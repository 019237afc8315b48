import { describe, expect, test } from 'vitest'
import { diagnostic } from '../../src/config/codes.ts'
import { masked } from '../../src/config/mask.ts'
import { render } from '../../src/config/render.ts'

/** The excerpt and caret lines for the mark `‹…›` in a line. */
function excerptOf(marked: string): string[] {
  const [before = '', rest = ''] = marked.split('‹')
  const [under = '', after = ''] = rest.split('›')
  const column = before.length + 1
  const at = { file: 'a.yaml', line: 1, column, endLine: 1, endColumn: column + under.length }
  const block = render(diagnostic('TIDP1103', at, 'wrong'), before + under + after)
  return block.split('\n').slice(3)
}

const columns = (text: string): number =>
  [...text].reduce((sum, each) => sum + (/[注文]/.test(each) ? 2 : 1), 0)

describe('the caret is below what it means', () => {
  test.for([
    ['plain text', 'a: ‹bc› d', ['1 | a: bc d', '  |    ^^']],
    ['a tab', '\ta: ‹b›', ['1 |     a: b', '  |        ^']],
    ['wide characters', '注文: ‹名前›', ['1 | 注文: 名前', '  |       ^^^^']],
    ['an emoji', '🛒: ‹x›', ['1 | 🛒: x', '  |     ^']],
    ['a combining accent', 'e\u0301: ‹x›', ['1 | e\u0301: x', '  |    ^']],
    ['nothing at all', 'a:‹›', ['1 | a:', '  |   ^']],
  ] as const)('%s', ([, marked, expected]) => {
    expect(excerptOf(marked)).toEqual(expected)
  })

  test('a long line is cut around it', () => {
    const [line = '', caret = ''] = excerptOf(`${'x'.repeat(5000)}‹here›${'y'.repeat(5000)}`)
    expect(line).toHaveLength(80)
    expect(line).toMatch(/^1 \| …x+herey+…$/)
    expect(line.slice(caret.indexOf('^'), caret.lastIndexOf('^') + 1)).toBe('here')
  })

  test.for([
    { what: 'at its end', marked: `a: ${'x'.repeat(100)} ‹end›`, shows: /^1 \| …x+ end$/ },
    { what: 'at its beginning', marked: `‹a›: ${'x'.repeat(100)}`, shows: /^1 \| a: x+…$/ },
    { what: 'when it is meant whole', marked: `a: ‹${'x'.repeat(100)}›`, shows: /^1 \| a: x+…$/ },
    { what: 'of wide characters', marked: `${'注'.repeat(99)}‹文›`, shows: /^1 \| …注+文$/ },
  ])('a long line is cut $what', ({ marked, shows }) => {
    const [line = '', caret = ''] = excerptOf(marked)
    expect(line).toMatch(shows)
    expect(columns(line)).toBeLessThanOrEqual(80)
    expect(columns(caret)).toBeLessThanOrEqual(80)
  })

  test('what would steer a terminal is replaced', () => {
    expect(excerptOf('a: ‹\u001b[31m\u202e›')[0]).toBe('1 | a: \uFFFD[31m\uFFFD')
  })
})

test('colour is the caller’s', () => {
  const at = { file: 'a.yaml', line: 1, column: 1, endLine: 1, endColumn: 2 }
  const block = render(
    diagnostic('TIDP1103', at, 'wrong', { hint: 'right' }),
    'a',
    (style, text) => `<${style} ${text}>`,
  )
  expect(block).toBe(`<error error[TIDP1103]>: wrong
 <frame -->> a.yaml:1:1
  <frame |>
<frame 1 |> a
  <frame |> <error ^>
  <frame => <help help>: right`)
})

test('neither does a message that repeats what a file says', () => {
  const at = { file: 'a.yaml', line: 1, column: 1, endLine: 1, endColumn: 2 }
  const block = render(diagnostic('TIDP1101', at, 'no \u001b[2J', { hint: '\u0007' }), undefined)
  expect([...block].filter((each) => each < ' ' && each !== '\n')).toEqual([])
})

describe('secrets in a shown line', () => {
  test('but not the value of a claim, which everybody is told', () => {
    const source = [
      'spec:',
      '  claims:',
      '    - name: a',
      '      value: gold # first',
      '    - { name: b, value: silver, in: [id_token], password: hunter2 }',
      '    - value: postgres://a:hunter2@b',
      '  other: { claims: [{ value: hunter2 }] }',
      '  clientAuth:',
      '    secrets: [{ id: a, value: hunter2 }]',
      '    value: hunter2',
      '---',
      'spec: { claims: [{ name: c, value: bronze }], secrets: [{ value: hunter2 }] }',
      '---',
      'spec: { claims: { value: hunter2 } }',
      '---',
      'value: hunter2',
    ]
    const shownAs = (text: string) =>
      source.map((_, index) => {
        const at = { file: 'a.yaml', line: index + 1, column: 1, endLine: index + 1, endColumn: 2 }
        return render(diagnostic('TIDP1103', at, 'wrong'), text)
          .split('\n')[3]
          ?.slice(5)
      })
    const shown = shownAs(source.join('\n'))
    expect(shown.join('\n')).not.toContain('hunter2')
    expect(shown[3]).toContain('value: gold')
    expect(shown[4]).toContain('value: silver, in: [id_token], password: ***')
    expect(shown[5]).toContain('value: postgres://a:*** ')
    expect(shown[11]).toContain('{ name: c, value: bronze }], secrets: [{ value: ***')
    expect(shownAs('spec: { claims: [{ value: iron }], x: [{ value: hunter2 }] }')[0]).toMatch(
      /value: iron }], x: \[{ value: \*{3} /,
    )
    // Who cannot read a document does not know whose value it is.
    expect(shownAs(source.join('\n').replace('spec:', 'spec: {'))[3]).toContain('value: ***')
  })

  test.for([
    'value: hunter2',
    '  - value: hunter2, hunter2}',
    'password: "hunter2 \\" hunter2"',
    "{ id: a, value: 'it''s hunter2', expiresAt: b }",
    '{ id: a, value: hunter2, expiresAt: b }',
    'value: &anchor hunter2',
    'value: !!str hunter2',
    '{ "password": "hunter2", x: 1 }',
    'client_secret: hunter2',
    'url: postgres://tokenidp:hunter2@db/x',
    'password: "hunter2',
    'valu: hunter2',
    '- vlaue: hunter2',
    '{ id: a, pasword: hunter2, x: 1 }',
    'secrets: hunter2',
  ])('%s', (line) => {
    expect(masked(line)).not.toContain('hunter2')
    expect(masked(line)).toHaveLength(line.length)
  })

  test.for([
    'value: { fromEnv: NAME }',
    'displayName: secret',
    'name: tales',
    'url: https://a.example/x',
  ])('%s stays as it is', (line) => {
    expect(masked(line)).toBe(line)
  })
})
