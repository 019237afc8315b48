import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { document, project, ROOT, tokenidp } from '../support/cli.ts'
import { aProject } from '../support/documents.ts'

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`

/** The program on a pseudo-terminal, which `script` of util-linux makes. Types once it is asked. */
async function onTerminal(words: readonly string[], typed: string, env = {}, columns = 0) {
  const program = [process.execPath, join(ROOT, 'bin/tokenidp.js'), ...words].map(quoted).join(' ')
  const child = spawn('script', ['-qec', `stty cols ${columns}; ${program}`, '/dev/null'], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, TERM: 'xterm', ...env },
  })
  let shown = ''
  let isAsked = false
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text
    if (isAsked || !shown.includes('Type yes: ')) return
    isAsked = true
    child.stdin.write(typed)
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new Error('`script` is missing: install the Debian package bsdutils', { cause })),
    )
    child.once('close', resolve)
  })
  return { code, shown }
}

describe('apply asks on a terminal', () => {
  test.for([
    { typed: 'yes\r', code: 0, revision: 1, says: 'Applied revision 1' },
    { typed: 'no\r', code: 5, revision: 0, says: 'nothing was applied' },
    { typed: '\u0004', code: 5, revision: 0, says: 'nothing was applied' },
    { typed: '\u0003', code: 130, revision: 0, says: 'interrupted: nothing was applied' },
  ])('$typed: exit $code', async ({ typed, code, revision, says }) => {
    const root = project(aProject())
    const ran = await onTerminal(['apply', '-C', root], typed)
    expect(ran.shown).toContain(says)
    expect(ran.code).toBe(code)
    expect(document(await tokenidp(['status', '-C', root, '-o', 'json']))).toMatchObject({
      revision,
    })
  })

  test.for([
    { env: {}, isColoured: true },
    { env: { NO_COLOR: '1' }, isColoured: false },
    { env: { TERM: 'dumb' }, isColoured: false },
  ])('and is in colour with $env: $isColoured', async ({ env, isColoured }) => {
    const ran = await onTerminal(['apply', '-C', project(aProject())], 'no\r', env)
    expect(ran.shown.includes('\u001b[31m')).toBe(isColoured)
  })

  test('with a spinner where the terminal tells its width', async () => {
    const ran = await onTerminal(['apply', '-C', project(aProject())], 'yes\r', {}, 80)
    expect(ran.code).toBe(0)
    expect(ran.shown).toContain('Applied revision 1')
  })

  test('not with --no-input', async () => {
    const ran = await onTerminal(['apply', '--no-input', '-C', project(aProject())], '')
    expect(ran.code).toBe(64)
  })
})

describe('a pipe', () => {
  const bash = (command: string) =>
    new Promise<{ code: number | null; said: string }>((resolve) => {
      const child = spawn('bash', ['-c', `set -o pipefail; ${command}`])
      let said = ''
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => {
          said += text
        })
      child.once('close', (code) => resolve({ code, said }))
    })
  const program = [process.execPath, join(ROOT, 'bin/tokenidp.js')].map(quoted).join(' ')

  test('that is closed early is no failure', async () => {
    expect(await bash(`${program} schema Application | head -c1`)).toEqual({ code: 0, said: '{' })
  })

  test('gets all of a document beyond 64 KiB', async () => {
    const roles = Array.from(
      { length: 1500 },
      (_, index) =>
        `---\napiVersion: tokenidp.dev/v1\nkind: Role\nmetadata: { tenant: acme, name: role-${index} }\n`,
    )
    const root = project(aProject({ 'roles.yaml': roles.join('') }))
    const { said } = await bash(`${program} plan -q -o json -C ${quoted(root)} | cat`)
    expect(said.length).toBeGreaterThan(128 * 1024)
    expect(JSON.parse(said).changes.length).toBeGreaterThan(1500)
  })
})
