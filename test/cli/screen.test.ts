import { describe, expect, onTestFinished, test } from 'vitest'
import { project } from '../support/cli.ts'
import { aProject, worker } from '../support/documents.ts'
import { onScreen } from '../support/screen.ts'

function screen(...[script, env]: Parameters<typeof onScreen>) {
  const made = onScreen(script, env)
  onTestFinished(made.close)
  return made
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they begin with
const COLOURS = /\x1b\[[\d;]*m/
const SPINNER = '\u001b[?25l'

/** Wide letters, a line that is too long for the screen, and what is wrong after both. */
const wrong = `${worker()}---
apiVersion: tokenidp.dev/v1
kind: Application
metadata: { tenant: acme, name: shop }
spec: { type: spa, displayName: 東京ストア, redirectUris: [ 'https://shop.example/${'long/'.repeat(30)}' ], scopes: [openid, order:read] }
`

const columnsOf = (text: string): number =>
  [...text].reduce((sum, each) => sum + (/[東京ストア]/.test(each) ? 2 : 1), 0)

describe('80 columns', () => {
  test('help has no line that is broken by the terminal', async () => {
    const of = ['', 'plan', 'apply', 'serve', 'keys import', 'override set', 'api-tokens create']
    const on = screen(of.map((words) => `tokenidp ${words} --help`).join('\n'))
    expect(await on.ended()).toBe(0)
    expect(on.lines().length).toBeGreaterThan(150)
    expect(on.written()).toEqual(on.lines())
    expect(on.raw()).not.toMatch(COLOURS)
  })

  test('a finding is cut around what it is about, and the caret is below it', async () => {
    const root = project(aProject({ 'worker.yaml': wrong }))
    const on = screen(`cd '${root}'; tokenidp validate`)
    expect(await on.ended()).toBe(3)
    const lines = on.lines()
    const at = lines.findIndex((line) => line.includes('^'))
    const [line = '', caret = ''] = [lines[at - 1], lines[at]]
    expect(line).toMatch(/^\d+ \| …/)
    expect(columnsOf(line)).toBeLessThanOrEqual(80)
    expect(line.slice(caret.indexOf('^'), caret.lastIndexOf('^') + 1)).toBe('order:read')
  })

  test('wide letters take two columns, for the caret, too', async () => {
    const shop = wrong.replace(/, redirectUris: \[.*?\]/, '')
    const root = project(aProject({ 'worker.yaml': shop }))
    const on = screen(`cd '${root}'; tokenidp validate`)
    expect(await on.ended()).toBe(3)
    const lines = on.lines()
    const at = lines.findIndex((line) => /\^{10}/.test(line))
    const before = lines[at - 1]?.split('order:read')[0] ?? ''
    expect(before).toContain('東京ストア')
    expect(lines[at]?.indexOf('^')).toBe(columnsOf(before))
  })
})

describe('colour and spinner', () => {
  test.for([
    { how: 'on a terminal', env: {}, isColoured: true, spins: true },
    { how: 'with NO_COLOR', env: { NO_COLOR: '1' }, isColoured: false, spins: true },
    { how: 'with --no-color', flags: '--no-color', isColoured: false, spins: true },
    { how: 'on a dumb terminal', env: { TERM: 'dumb' }, isColoured: false, spins: false },
    { how: 'in CI', env: { CI: 'true' }, isColoured: true, spins: false },
    { how: 'with -q', flags: '-q', isColoured: true, spins: false },
    { how: 'through pipes', flags: '2>&1 | cat', isColoured: false, spins: false },
    { how: 'with only stderr on it', flags: '| cat', isColoured: true, spins: true },
  ])('$how: $isColoured, $spins', async ({ env, flags = '', isColoured, spins }) => {
    const root = project(aProject({ 'more.yaml': wrong.split('---\n').slice(1).join('') }))
    const valid = project(aProject())
    const on = screen(
      `cd '${root}'; tokenidp validate ${flags}
       cd '${valid}'; tokenidp apply --auto-approve ${flags}; tokenidp status ${flags}`,
      env,
    )
    expect(await on.ended()).toBe(0)
    expect(COLOURS.test(on.raw())).toBe(isColoured)
    expect(on.raw().includes(SPINNER)).toBe(spins)
    // What it hid is given back, and nothing of it stays.
    if (spins) expect(on.raw()).toContain('\u001b[?25h')
    expect(on.lines().join('\n')).toContain('Applied revision 1')
    expect(on.lines().join('\n')).not.toMatch(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/)
  })
})

describe('the question of apply', () => {
  test.for([
    { answer: 'yes', code: 0, says: 'Applied revision 1' },
    { answer: 'no', code: 5, says: 'nothing was applied' },
  ])('is asked below the plan, and $answer ends it with $code', async ({ answer, code, says }) => {
    const root = project(aProject())
    const on = screen(`cd '${root}'; tokenidp apply`)
    await on.shows('Type yes:')
    expect(on.lines().join('\n')).toContain('+ Application/acme/worker')
    on.type(answer)
    on.press('Enter')
    expect(await on.ended()).toBe(code)
    expect(on.lines().join('\n')).toContain(`Type yes: ${answer}\n`)
    expect(on.lines().join('\n')).toContain(says)
    expect(on.written()).toEqual(on.lines())
  })
})
