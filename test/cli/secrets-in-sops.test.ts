import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { project, write } from '../support/cli.ts'
import { aProject, worker } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'
import { anAgeKey, sopsText } from '../support/sops.ts'

const key = await anAgeKey()
const FILE = 'secrets/prod.enc.yaml'

const sealed = (value: string) => sopsText(FILE, { acme: { worker: value } }, { for: [key] })

async function aSopsProject(value = 'canary-first') {
  const reference = `{ fromSops: "${FILE}#acme.worker" }`
  return project(aProject({ 'worker.yaml': worker(reference), [FILE]: await sealed(value) }))
}

const KEYS = { SOPS_AGE_KEY: key.identity }

describe('a secret in a file of SOPS', () => {
  test('is checked, drawn and formatted without a key, and the file is no document', async () => {
    const root = await aSopsProject()
    const before = readFileSync(join(root, FILE), 'utf8')
    for (const line of ['validate', 'render', 'graph', 'fmt', 'fix --dry-run']) {
      const ran = await tokenidpHere([...line.split(' '), '-C', root])
      expect(ran, line).toMatchObject({ code: 0 })
      expect(ran.stdout + ran.stderr).not.toContain('ENC[')
    }
    expect(readFileSync(join(root, FILE), 'utf8')).toBe(before)
    const plan = await tokenidpHere(['plan', '--no-secrets', '-C', root])
    expect(plan).toMatchObject({ code: 0 })
  })

  test('is applied once, and again when the value is another', async () => {
    const root = await aSopsProject()
    const run = (...words: string[]) => tokenidpHere([...words, '-C', root], { env: KEYS })
    expect(await run('apply', '--auto-approve')).toMatchObject({ code: 0 })
    expect((await run('plan')).stdout).toContain('No changes')
    // The same value encrypted again is the same value.
    write(root, FILE, await sealed('canary-first'))
    expect((await run('plan')).stdout).toContain('No changes')
    write(root, FILE, await sealed('canary-second'))
    const plan = await run('plan')
    expect(plan.stdout).toContain('new value')
    expect(plan.stdout + plan.stderr).not.toContain('canary')
  })

  test.for([
    { when: 'it holds the key', env: ({ path }: Keys) => ({ SOPS_AGE_KEY_FILE: path }) },
    {
      when: 'it is where SOPS looks',
      env: ({ home }: Keys) => ({ XDG_CONFIG_HOME: join(home, '.config') }),
    },
    { when: 'it is in the home folder', env: ({ home }: Keys) => ({ HOME: home }) },
  ])('opens by a file when $when', async ({ env }) => {
    const root = await aSopsProject()
    const home = project({})
    const text = `# created: today\n# public key: ${key.recipient}\n${key.identity}\n`
    write(home, '.config/sops/age/keys.txt', text)
    const path = join(home, '.config/sops/age/keys.txt')
    const ran = await tokenidpHere(['plan', '-C', root], { env: env({ home, path }) })
    expect(ran).toMatchObject({ code: 0 })
  })

  test.for([
    { when: 'there is no key', env: {}, says: /TIDP1311.*there is no age key here/ },
    {
      when: 'the key file is absent',
      env: { SOPS_AGE_KEY_FILE: '/no/such/file' },
      says: /TIDP1311.*SOPS_AGE_KEY_FILE, \/no\/such\/file, cannot be read/,
    },
    {
      when: 'the variable holds something else',
      env: { SOPS_AGE_KEY: 'canary-key' },
      says: /TIDP1311.*SOPS_AGE_KEY holds no age key/,
    },
  ])('exits 3 when $when', async ({ env, says }) => {
    const ran = await tokenidpHere(['plan', '-C', await aSopsProject()], { env })
    expect(ran).toMatchObject({ code: 3, stdout: '' })
    expect(ran.stderr).toMatch(says)
    expect(ran.stderr).toMatch(/--> worker\.yaml:15:16/)
    expect(ran.stderr).not.toContain('canary')
  })

  test('exits 3 when the value is empty, too short or a sample', async () => {
    const root = await aSopsProject('\n')
    const ran = await tokenidpHere(['plan', '-C', root], { env: KEYS })
    expect(ran.code).toBe(3)
    expect(ran.stderr).toContain(`TIDP1303]: the secret from sops:${FILE}#acme.worker is empty`)
  })

  test('goes into a saved plan as it is, and is opened where that is applied', async () => {
    const root = await aSopsProject()
    write(root, 'alice.yaml', '')
    const path = join(project({}), 'plan.json')
    const elsewhere = project({})
    const env = { TOKENIDP_DATABASE_URL: `sqlite:${join(root, 'saved.db')}` }
    const run = (words: string[], keys: Record<string, string> = KEYS) =>
      tokenidpHere(words, { cwd: elsewhere, env: { ...env, ...keys } })
    expect(await run(['plan', '--out', path, '-C', root])).toMatchObject({ code: 0 })
    const saved = readFileSync(path, 'utf8')
    expect(JSON.parse(saved).sopsFiles).toEqual({ [FILE]: readFileSync(join(root, FILE), 'utf8') })
    expect(saved).not.toContain('canary')
    const blind = await run(['apply', path], {})
    expect(blind.code).toBe(3)
    expect(blind.stderr).toContain('TIDP1311')
    expect(await run(['apply', path])).toMatchObject({ code: 0 })
    write(root, FILE, await sealed('canary-second'))
    expect((await run(['plan', '-C', root])).stdout).toContain('new value')
  })

  test.for([
    { file: 'creds.json', text: '{ "acme": "canary-creds" }' },
    { file: 'mine.env', text: 'acme=canary-creds\n' },
    { file: 'open.yaml', text: 'acme: canary-creds\nsops: { mac: x, lastmodified: y }\n' },
  ])('takes no $file along that nobody encrypted', async ({ file, text }) => {
    const reference = worker(`{ fromSops: "${file}#acme" }`)
    const files = { 'alice.yaml': '', 'worker.yaml': reference, [file]: text }
    const root = project(aProject(files))
    const path = join(project({}), 'plan.json')
    for (const flags of [['--no-secrets'], []]) {
      const ran = await tokenidpHere(['plan', ...flags, '--out', path, '-C', root], { env: KEYS })
      expect(ran.code).toBe(3)
      expect(ran.stderr).toContain(file)
      expect(ran.stdout + ran.stderr).not.toContain('canary')
      expect(existsSync(path)).toBe(false)
    }
  })
})

test('more files than are opened are told of where each is named', async () => {
  const many = Array.from({ length: 1001 }, (_, number) => number)
  const root = project({
    ...aProject({ 'alice.yaml': '' }),
    'worker.yaml': many
      .map((number) =>
        worker(`{ fromSops: "s${number}.yaml#a" }`).replaceAll(/worker/g, `w${number}`),
      )
      .join('---\n'),
    ...Object.fromEntries(
      many.map((number) => [`s${number}.yaml`, 'a: x\nsops: { mac: x, lastmodified: y }\n']),
    ),
  })
  const words = ['plan', '-C', root, '--max-problems', '2000']
  const ran = await tokenidpHere(words, { env: KEYS })
  expect(ran.code).toBe(3)
  expect(
    ran.stderr.match(/TIDP1310\]: s\d+\.yaml is not opened: fromSops may name 1000 files/g),
  ).toHaveLength(1)
  expect(ran.stderr).toContain('put the values of several into one')
})

test('what a document calls a file is told as text', async () => {
  const reference = String.raw`{ fromSops: "\u001b[31mred#acme" }`
  const root = project(aProject({ 'alice.yaml': '', 'worker.yaml': worker(reference) }))
  const out = join(project({}), 'plan.json')
  const ran = await tokenidpHere(['plan', '--no-secrets', '--out', out, '-C', root])
  expect(ran.code).toBe(3)
  expect(ran.stderr).toContain('error: \uFFFD[31mred is not a file')
  expect(ran.stderr).not.toContain('\u001b')
})

interface Keys {
  readonly home: string
  readonly path: string
}
