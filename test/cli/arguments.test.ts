import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { document, project, ROOT, tokenidp } from '../support/cli.ts'
import { aProject } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'

/** 2026-05-01T00:00:00Z: what is told of ages does not change between two commands. */
const NOW_MS = 1_777_593_600_000

describe('usage errors exit 64 and name what was meant', () => {
  test.for([
    { given: ['plam'], says: /unknown command 'plam'.*Did you mean plan\?/s },
    { given: ['pla'], says: /unknown command 'pla'/ },
    { given: ['plan', '--detailed-exitcodes'], says: /Did you mean --detailed-exitcode\?/ },
    { given: ['keys', 'lst', 'acme'], says: /unknown command 'lst'.*list/s },
    { given: ['keys', 'list'], says: /missing required argument 'tenant'/ },
    { given: ['version', '-o', 'xml'], says: /text, json/ },
    { given: ['version', 'extra'], says: /too many arguments/ },
    { given: ['plan', '-o', 'table'], says: /has no table.*lists, history, status and secrets/s },
    { given: ['db', 'status', '-o', 'table'], says: /this command has no table to print/ },
    { given: ['plan', '--lock-timeout', 'soon'], says: /"soon" is not a duration/ },
    { given: ['plan', '--timeout', '5'], says: /"5" is not a duration.*30s or 2m/s },
    { given: ['plan', '--timeout', '0s'], says: /nothing is done in no time/ },
    { given: ['serve', '--timeout', '5m'], says: /serve has no end that --timeout/ },
    {
      given: ['status', '--database-url', 'mysql://db/x'],
      says: /neither sqlite:path nor postgres/,
    },
    { given: ['apply'], says: /no terminal to ask on.*--auto-approve/s },
    { given: ['schema', 'Aplication'], says: /next: tokenidp schema Application/ },
    { given: ['serve', '--listen', 'here'], says: /"here" is not an address/ },
  ])('$given', async ({ given, says }) => {
    const around = { env: { TOKENIDP_MASTER_KEY: Buffer.alloc(32, 1).toString('base64') } }
    const ran = await tokenidpHere(given, around)
    expect(ran.stderr).toMatch(says)
    expect(ran).toMatchObject({ code: 64, stdout: '' })
  })

  test('no command at all shows the help, on stderr', async () => {
    const ran = await tokenidp([])
    expect(ran).toMatchObject({ code: 64, stdout: '' })
    expect(ran.stderr).toContain('Usage: tokenidp')
  })

  test.for(['postgres://me:hunter2@db/x', 'postgresql://db/x?password=hunter2'])(
    'a password in a flag is refused and not repeated: %s',
    async (url) => {
      const ran = await tokenidp(['status', '--database-url', url])
      expect(ran.code).toBe(64)
      expect(ran.stderr).toContain('TOKENIDP_DATABASE_URL')
      expect(ran.stderr + ran.stdout).not.toContain('hunter2')
    },
  )
})

describe('streams', () => {
  test('help is a result: stdout, exit 0', async () => {
    const ran = await tokenidp(['--help'])
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    for (const command of ['init', 'validate', 'plan', 'apply', 'serve', 'dev', 'status', 'schema'])
      expect(ran.stdout).toMatch(new RegExp(`^  ${command}[ |]`, 'm'))
  })

  test.for(['help keys', 'keys --help', 'keys', 'help override', 'override -h'])(
    '%s tells of the commands below it',
    async (line) => {
      const { stdout, stderr } = await tokenidpHere(line.split(' '))
      const below = line.includes('keys') ? ['list', 'rotate', 'revoke'] : ['set', 'list', 'clear']
      for (const command of below)
        expect(stdout + stderr).toMatch(new RegExp(`^  ${command} `, 'm'))
    },
  )

  test('-o json gives one document, with its format, kind and tool', async () => {
    const ran = await tokenidpHere(['version', '-o', 'json'])
    expect(document(ran)).toMatchObject({
      formatVersion: '1.0',
      kind: 'Version',
      tool: { name: 'tokenidp' },
      diagnostics: [],
    })
  })

  test('a failure under -o json is one document too', async () => {
    const ran = await tokenidp(['schema', 'Nothing', '-o', 'json'])
    expect(document(ran)).toMatchObject({ kind: 'Error', error: { exit: 64 } })
  })

  test.for([
    { given: ['plam', '-o', 'json'], says: /unknown command 'plam'/ },
    { given: ['-ojson', 'plan', '--flg'], says: /unknown option '--flg'/ },
    { given: ['keys', 'list', '--output=json'], says: /missing required argument 'tenant'/ },
    { given: ['--output', 'json'], says: /a command is missing/ },
  ])('and so is a usage error: $given', async ({ given, says }) => {
    const ran = await tokenidpHere(given)
    expect(ran.code).toBe(64)
    expect(document(ran)).toMatchObject({
      kind: 'Error',
      error: { exit: 64, message: expect.stringMatching(says), next: expect.any(String) },
    })
  })

  test('a variable that is not ours is a warning with a suggestion', async () => {
    const ran = await tokenidpHere(['version', '-o', 'json'], {
      env: { TOKENIDP_DATABASE_UR: 'x' },
    })
    expect(ran).toMatchObject({ code: 0 })
    expect(document(ran)).toMatchObject({
      diagnostics: [{ severity: 'warning', hint: 'did you mean TOKENIDP_DATABASE_URL?' }],
    })
  })

  test.for([
    'history',
    'status',
    'secrets check',
    'secrets list acme',
    'keys list acme',
    'users list acme',
    'sessions list acme',
    'api-tokens list acme',
    'deliveries list acme',
    'override list',
  ])('%s -o table is its text, by the flag and by the variable', async (words) => {
    const root = project(aProject())
    const env = { TOKENIDP_DATABASE_URL: `sqlite:${join(root, 'test.db')}` }
    const run = (line: string, more = {}) =>
      tokenidpHere([...line.split(' '), '-C', root], { env: { ...env, ...more }, nowMs: NOW_MS })
    await run('apply --auto-approve')
    const text = await run(words)
    expect(text, text.stderr).toMatchObject({ code: 0, stdout: expect.stringMatching(/./) })
    expect(await run(`${words} -o table`)).toEqual(text)
    expect(await run(words, { TOKENIDP_OUTPUT: 'table' })).toEqual(text)
    const asJson = await run(`${words} -o json`)
    expect(document(asJson)).toHaveProperty('formatVersion')
    expect(await run(`${words} -o json`, { TOKENIDP_OUTPUT: 'table' })).toEqual(asJson)
  })

  test.for([
    { env: { FORCE_COLOR: '1' }, flags: [], isColoured: true },
    { env: { FORCE_COLOR: '1', NO_COLOR: '1' }, flags: [], isColoured: false },
    { env: { NO_COLOR: '1' }, flags: ['--color'], isColoured: true },
    { env: { FORCE_COLOR: '1' }, flags: ['--no-color'], isColoured: false },
    { env: {}, flags: [], isColoured: false },
  ])('colour with $env $flags: $isColoured', async ({ env, flags, isColoured }) => {
    const ran = await tokenidpHere(['schema', 'Nothing', ...flags], { env })
    expect(ran.stderr.includes('\u001b[')).toBe(isColoured)
  })
})

describe('schema', () => {
  const kinds = readdirSync(join(ROOT, 'schemas'))
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.replace('.json', ''))
  test.for(kinds)('%s is printed as it is shipped', async (kind) => {
    const ran = await tokenidpHere(['schema', kind])
    expect(ran.stdout).toBe(readFileSync(join(ROOT, 'schemas', `${kind}.json`), 'utf8'))
  })
})

describe('init', () => {
  test('never overwrites', async () => {
    const root = project({ 'tokenidp.yaml': 'mine' })
    const ran = await tokenidpHere(['init', root])
    expect(ran.code).toBe(5)
    expect(readdirSync(root)).toEqual(['tokenidp.yaml'])
    expect(readFileSync(join(root, 'tokenidp.yaml'), 'utf8')).toBe('mine')
  })
})
