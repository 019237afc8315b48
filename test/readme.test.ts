import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterAll, describe, expect, test } from 'vitest'
import { VARIABLES } from '../src/cli/environment.ts'
import { ROOT } from './support/command.ts'
import { withComparison } from './support/comparison.ts'
import { tokenidpHere } from './support/in-process.ts'
import { withReference } from './support/reference.ts'
import { readme, type Snippet, snippets } from './support/snippets.ts'

const tutorial = snippets.filter(
  ({ language, info }) => (language === 'sh' && info.includes('tutorial')) || language === 'js',
)

const clone = mkdtempSync(`${tmpdir()}/tokenidp-readme-`)
afterAll(() => rmSync(clone, { recursive: true, force: true }))

describe('README', () => {
  test('the tutorial, pasted from top to bottom into a shell', { timeout: 120_000 }, async () => {
    for (const name of ['package.json', 'bin', 'dist', 'schemas', 'src', 'test', 'tsconfig.json']) {
      cpSync(`${ROOT}${name}`, `${clone}/${name}`, { recursive: true, preserveTimestamps: true })
    }
    symlinkSync(`${ROOT}node_modules`, `${clone}/node_modules`)
    // The folders of a copy are newer than what was built from them.
    writeFileSync(`${clone}/dist/.built`, '')
    const outcome = await shell(scriptOf(tutorial))
    expect(outcome.code, `${outcome.stdout}\n${outcome.stderr}`).toBe(0)
    expect(outcome.stdout).toMatch(/nightly may orders:read\s*$/)
  })

  test('its first two commands are scripts of the package', () => {
    const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'))
    const [first] = snippets
    expect(first?.text.match(/npm ci && npm \w+/g)).toEqual([
      'npm ci && npm start',
      'npm ci && npm test',
    ])
    expect(scripts).toMatchObject({ start: expect.any(String), test: expect.any(String) })
  })

  test('every document in it is valid, and every test is true', async () => {
    const documents = snippets.filter(({ language }) => language === 'yaml').map(({ text }) => text)
    const isTest = (text: string) => text.includes('kind: Test\n')
    expect(documents.filter(isTest).length).toBeGreaterThan(0)
    const project = mkdtempSync(`${tmpdir()}/tokenidp-readme-`)
    const write = (name: string, texts: readonly string[]) =>
      writeFileSync(`${project}/${name}`, texts.join('---\n'))
    write(
      'tokenidp.yaml',
      documents.filter((text) => !isTest(text)),
    )
    write('readme.test.yaml', documents.filter(isTest))
    const outcome = await tokenidpHere(['test', '-C', project])
    rmSync(project, { recursive: true, force: true })
    expect(outcome.code, outcome.stderr + outcome.stdout).toBe(0)
  })

  test('its reference of documents is the one in the schemas: npm run schemas', () => {
    expect(withReference(readme)).toBe(readme)
  })

  test('it names every variable that the program reads', () => {
    const named = new Set(readme.match(/\bTOKENIDP_[A-Z_]+/g))
    expect(Object.keys(VARIABLES).filter((name) => !named.has(name))).toEqual([])
  })

  test('its comparison is what was measured: npm run bench -- compare', () => {
    expect(withComparison(readme)).toBe(readme)
  })

  test('every command it names exists', async () => {
    const named = new Set(
      [...readme.matchAll(/`tokenidp ((?:[a-z]+ ?)+)/g)].map(({ 1: words = '' }) => words.trim()),
    )
    for (const command of named) {
      const outcome = await tokenidpHere([...command.split(' '), '--help'])
      expect(outcome.code, `tokenidp ${command} --help\n${outcome.stderr}`).toBe(0)
    }
  })
})

/** One script: files are written where the text shows them, what runs on is put behind. */
function scriptOf(steps: readonly Snippet[]): string {
  const parts = steps.map(({ language, info, text }) => {
    if (language === 'js') return `cat > ${info[0]} <<'EOF_SNIPPET'\n${text}EOF_SNIPPET\n`
    if (!info.includes('background')) return text
    const lines = text.trimEnd().split('\n')
    const last = lines.pop() ?? ''
    return [...lines, `${last} & SERVER=$!`, STOP_AT_EXIT, UNTIL_READY].join('\n')
  })
  return ['set -meuo pipefail', ...parts].join('\n')
}

// Ctrl-C reaches every process of a terminal's group; `set -m` gives the server one of its own.
const STOP_AT_EXIT = 'trap "kill -INT -- -$SERVER" EXIT'

const UNTIL_READY =
  'for i in $(seq 200); do curl -sf http://127.0.0.1:4000/readyz >/dev/null && break; sleep 0.1; done\n'

async function shell(script: string) {
  const child = spawn('bash', ['-c', script], { cwd: clone, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text
  })
  const [code] = await once(child, 'close')
  return { code, stdout, stderr }
}
