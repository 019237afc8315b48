import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { document, project, tokenidp } from '../support/cli.ts'
import { MASTER_KEY } from '../support/command.ts'
import { databases } from '../support/databases.ts'
import { EXPORTS, keycloakRealm } from '../support/foreign/index.ts'
import { tokenidpHere } from '../support/in-process.ts'
import { serving } from '../support/serving.ts'
import { snippets } from '../support/snippets.ts'

/** Everything in a folder, with the names of its files. */
const contents = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n')

/** As a shell reads it. */
const variablesIn = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )

describe.each(EXPORTS)('an export of $product', ({ product, make, write: written }) => {
  test.for([
    { flags: [], environment: 'prod', clients: 300 },
    { flags: ['--dev'], environment: 'dev', clients: 80 },
  ])(
    'of hundreds of clients is a valid project in form: $environment',
    { timeout: 60_000 },
    async ({ flags, environment, clients }) => {
      const root = project({ 'export.txt': written(make(11, clients)) })
      const ran = await tokenidpHere(
        ['import', product, 'export.txt', '--out', 'idp', '--env-out', 'idp.env', ...flags],
        { cwd: root },
      )
      expect(ran.code, ran.stderr).toBe(0)
      const checked = await tokenidpHere(['validate', '-C', 'idp', '--no-cache'], { cwd: root })
      expect(checked.code, checked.stderr).toBe(0)
      const objects = /^Valid: (\d+) objects in environment (\w+)/.exec(checked.stdout)
      expect(Number(objects?.[1])).toBeGreaterThan(clients / 3)
      expect(objects?.[2]).toBe(environment)
      expect(await tokenidpHere(['fmt', '--check', '-C', 'idp'], { cwd: root })).toMatchObject({
        code: 0,
      })
      expect(contents(join(root, 'idp')) + ran.stdout + ran.stderr).not.toContain('canary')
      const secrets = readFileSync(join(root, 'idp.env'), 'utf8')
      if (product !== 'auth0') expect(secrets).toContain('canary')
      expect(statSync(join(root, 'idp.env')).mode & 0o777).toBe(0o600)
    },
  )

  test('is printed as one text and as one document, without a secret', async () => {
    const input = written(make(12, 20))
    const text = await tokenidpHere(['import', product, '-'], { input })
    const root = project({ 'tokenidp.yaml': text.stdout })
    expect(await tokenidpHere(['validate', '-C', root])).toMatchObject({ code: 0 })
    const told = await tokenidpHere(['import', product, '-', '-o', 'json'], { input })
    const found = document(told)
    expect(found).toMatchObject({ kind: 'Import', formatVersion: '1.0', product, files: [] })
    expect((found.notCarried as unknown[]).length).toBeGreaterThan(10)
    expect(told.stdout + told.stderr + text.stdout + text.stderr).not.toContain('canary')
  })
})

test.for(databases)(
  'what was imported is planned and applied on $engine',
  { timeout: 60_000 },
  async ({ newDatabase }) => {
    const root = project({ 'realm.json': JSON.stringify(keycloakRealm(3, 60)) })
    const words = ['import', 'keycloak', 'realm.json', '--out', 'idp', '--env-out', 'idp.env']
    const { stdout } = await tokenidpHere([...words, '-o', 'json'], { cwd: root })
    const unknown = (
      JSON.parse(stdout).variables as { name: string; isInExport: boolean }[]
    ).filter((each) => !each.isInExport)
    const env = {
      ...variablesIn(readFileSync(join(root, 'idp.env'), 'utf8')),
      ...Object.fromEntries(unknown.map(({ name }) => [name, `${name}-made-up-for-the-test`])),
      TOKENIDP_DATABASE_URL: await newDatabase(root),
      TOKENIDP_MASTER_KEY: MASTER_KEY,
    }
    const apply = await tokenidpHere(['apply', '--auto-approve', '-C', 'idp'], { cwd: root, env })
    expect(apply.code, apply.stderr).toBe(0)
    const plan = await tokenidpHere(['plan', '--detailed-exitcode', '-C', 'idp'], {
      cwd: root,
      env,
    })
    expect(plan.code, plan.stdout).toBe(0)
  },
)

test('an imported client gets a token with the secret it always had', {
  timeout: 60_000,
}, async () => {
  const client = {
    client_id: 'night-shift',
    client_secret: 'it\'s $HOME; "quoted"',
    grant_types: ['client_credentials'],
    scope: 'photos.read',
    token_endpoint_auth_method: 'client_secret_post',
  }
  const root = project({ 'client.json': JSON.stringify(client) })
  const words = [
    'import',
    'hydra',
    'client.json',
    '--tenant',
    'acme',
    '--dev',
    '--out',
    'idp',
    '--env-out',
    'idp.env',
  ]
  // A process: Node itself takes some flags wherever they are.
  expect(await tokenidp(words, { cwd: root })).toMatchObject({ code: 0 })
  const value = execFileSync(
    'sh',
    ['-c', 'set -a; . ./idp.env; printf %s "$ACME_NIGHT_SHIFT_SECRET"'],
    { cwd: root, encoding: 'utf8' },
  )
  expect(value).toBe(client.client_secret)
  const databaseUrl = `sqlite:${join(root, 'idp.db')}`
  const applied = await tokenidpHere(['apply', '--auto-approve', '-C', 'idp'], {
    cwd: root,
    env: {
      TOKENIDP_DATABASE_URL: databaseUrl,
      TOKENIDP_MASTER_KEY: MASTER_KEY,
      ACME_NIGHT_SHIFT_SECRET: value,
    },
  })
  expect(applied.code, applied.stderr).toBe(0)
  const server = await serving({ databaseUrl })
  const answer = await fetch(`${server.issuer('acme')}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: client.client_id,
      client_secret: client.client_secret,
      scope: 'photos.read',
    }),
  })
  expect(await answer.json()).toMatchObject({ token_type: 'Bearer', scope: 'photos.read' })
  await server.stop()
})

const HYDRA = JSON.stringify({ client_id: 'a', grant_types: [] })

describe('where it is written', () => {
  test('each realm is a tenant, with a name of its own', async () => {
    const realms = [
      keycloakRealm(1, 2, 'Größe'),
      keycloakRealm(2, 2, 'groesse'),
      keycloakRealm(3, 2, 'grosse'),
      keycloakRealm(3, 2, 'admin'),
    ]
    const root = project({ 'realms.json': JSON.stringify(realms) })
    expect(
      await tokenidpHere(['import', 'keycloak', 'realms.json', '--out', 'idp'], { cwd: root }),
    ).toMatchObject({ code: 0 })
    expect(readdirSync(join(root, 'idp/tenants')).toSorted()).toEqual([
      'admin-2.yaml',
      'groesse.yaml',
      'grosse-2.yaml',
      'grosse.yaml',
    ])
    expect(await tokenidpHere(['validate', '-C', 'idp'], { cwd: root })).toMatchObject({ code: 0 })
  })

  test('an empty folder is taken, and a folder with other files keeps them', async () => {
    const root = project({
      'export.json': HYDRA,
      'full/README.md': 'mine',
      'full/.gitignore': 'mine',
    })
    mkdirSync(join(root, 'empty'))
    for (const folder of ['empty', 'full', 'deep/er'])
      expect(
        await tokenidpHere(['import', 'hydra', 'export.json', '--out', folder], { cwd: root }),
      ).toMatchObject({ code: 0 })
    for (const name of ['README.md', '.gitignore'])
      expect(readFileSync(join(root, 'full', name), 'utf8')).toBe('mine')
    expect(readdirSync(root).toSorted()).toEqual(['deep', 'empty', 'export.json', 'full'])
    expect(readdirSync(join(root, 'empty')).toSorted()).toEqual([
      '.gitignore',
      'IMPORT-NOTES.md',
      'tenants',
      'tokenidp.yaml',
    ])
  })

  test('Hydra clients come as one, as a list, as a page, or line by line', async () => {
    const one = { client_id: 'a', grant_types: ['client_credentials'] }
    const two = { client_id: 'b', grant_types: ['client_credentials'] }
    const forms = [
      `${JSON.stringify(one)}\n${JSON.stringify(two)}\n`,
      JSON.stringify([one, two]),
      JSON.stringify({ items: [one, two], next_page_token: '' }),
    ]
    const texts = await Promise.all(
      forms.map(async (input) => (await tokenidpHere(['import', 'hydra', '-'], { input })).stdout),
    )
    expect(new Set(texts).size).toBe(1)
    expect(texts[0]).toContain('name: b')
  })
})

test('what README says of it works', async () => {
  const root = project({ 'acme-realm.json': JSON.stringify(keycloakRealm(5, 4, 'acme')) })
  const [snippet, ...others] = snippets.filter(({ info }) => info.includes('import'))
  expect(others).toEqual([])
  const lines = snippet?.text.split('\n').filter((line) => line.startsWith('npx tokenidp ')) ?? []
  expect(lines.length).toBe(3)
  for (const line of lines) {
    const path = join(root, 'acme.env')
    const known = existsSync(path)
      ? variablesIn(readFileSync(path, 'utf8').replaceAll(/^# (\w+)= .*$/gm, '$1=made-up'))
      : {}
    const ran = await tokenidpHere(line.split(' ').slice(2), { cwd: root, env: known })
    expect(ran.code, `${line}\n${ran.stderr}`).toBe(0)
  }
})
