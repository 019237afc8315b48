import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { document, project } from '../support/cli.ts'
import { aProject, worker } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'

const NOWHERE = 'postgres://127.0.0.1:1/tokenidp'

describe('invalid documents exit 3, with the place and what to do', () => {
  test.for([
    {
      what: 'unknown kind',
      files: { 'worker.yaml': worker().replace('Application', 'Aplication') },
      says: /worker\.yaml:2:7[\s\S]*Application/,
    },
    {
      what: 'misspelt field',
      files: { 'worker.yaml': worker().replace('displayName', 'displayNam') },
      says: /worker\.yaml:9:3[\s\S]*displayName/,
    },
    {
      what: 'wrong type',
      files: { 'worker.yaml': worker().replace('Worker', '[1]') },
      says: /worker\.yaml:9:16/,
    },
    {
      what: 'duplicate key',
      files: { 'worker.yaml': `${worker()}kind: Application\n` },
      says: /worker\.yaml:16:1/,
    },
    {
      what: 'missing reference',
      files: { 'worker.yaml': worker().replace('orders:read', 'orders:raed') },
      says: /worker\.yaml:11:7[\s\S]*orders:read/,
    },
    {
      what: 'tab indent',
      files: { 'worker.yaml': worker().replace('  tenant', '\ttenant') },
      says: /worker\.yaml:4:/,
    },
    {
      what: 'missing environment variable',
      files: { 'worker.yaml': worker('{ fromEnv: ABSENT }') },
      says: /worker\.yaml:15:16[\s\S]*ABSENT/,
    },
  ])('$what', async ({ files, says }) => {
    const root = project(aProject(files))
    const ran = await tokenidpHere(['plan', '-C', root, '-o', 'json'])
    expect(ran.stderr).toMatch(says)
    expect(ran.code).toBe(3)
    const { error, diagnostics } = document(ran)
    expect(error).toMatchObject({ exit: 3, next: expect.any(String) })
    expect(diagnostics).toMatchObject([
      { severity: 'error', code: expect.stringMatching(/^TIDP\d{4}$/) },
    ])
  })

  test('an empty file is no document and no error', async () => {
    const root = project(aProject({ 'empty.yaml': '' }))
    expect(await tokenidpHere(['validate', '-C', root])).toMatchObject({ code: 0 })
  })
})

describe('the world around', () => {
  test.for(['plan', 'status'])('%s: an unreachable database exits 7', async (command) => {
    const root = project(aProject())
    const ran = await tokenidpHere([command, '-C', root], {
      env: { TOKENIDP_DATABASE_URL: NOWHERE },
    })
    expect(ran).toMatchObject({ code: 7, stdout: '' })
    expect(ran.stderr).toMatch(/127\.0\.0\.1:1[\s\S]*next:/)
    expect(ran.stderr).not.toMatch(/^\s+at /m)
  })

  test.for([
    ...['plan', 'plan --detailed-exitcode', 'apply --dry-run', 'apply --auto-approve'],
    ...['status', 'history', 'db status', 'db migrate', 'rollback 1 --plan-only'],
  ])('%s: a SQLite file whose folder does not exist exits 7', async (line) => {
    const root = project(aProject())
    for (const folder of ['nowhere', 'worker.yaml']) {
      const ran = await tokenidpHere([...line.split(' '), '-C', root], {
        env: { TOKENIDP_DATABASE_URL: `sqlite:${folder}/idp.db` },
        cwd: root,
      })
      expect(ran).toMatchObject({ code: 7, stdout: '' })
      expect(ran.stderr).toContain(`cannot be used: there is no folder ${join(root, folder)}\n`)
      expect(ran.stderr).toContain(`next: create ${join(root, folder)} first`)
    }
    expect(readdirSync(root).sort()).toEqual(Object.keys(aProject()).sort())
  })

  test('the database beside the project needs no folder before apply makes it', async () => {
    const root = project(aProject())
    for (const url of [undefined, `sqlite:${join(root, '.tokenidp', 'tokenidp.db')}`]) {
      const env = url === undefined ? {} : { TOKENIDP_DATABASE_URL: url }
      const planned = await tokenidpHere(['plan', '--detailed-exitcode', '-C', root], { env })
      expect(planned, planned.stderr).toMatchObject({ code: 2 })
    }
    const applied = await tokenidpHere(['apply', '--auto-approve', '-C', root])
    expect(applied, applied.stderr).toMatchObject({ code: 0 })
  })

  test('several environments need -e', async () => {
    const one = aProject()['tokenidp.yaml'] ?? ''
    const two = `${one}---\n${(one.split('---\n')[1] ?? '').replace('name: dev', 'name: test')}`
    const root = project(aProject({ 'tokenidp.yaml': two }))
    const without = await tokenidpHere(['plan', '-C', root])
    expect(without.code).toBe(64)
    expect(without.stderr).toMatch(/dev, test[\s\S]*-e dev/)
    expect(await tokenidpHere(['plan', '-C', root, '-e', 'test'])).toMatchObject({ code: 0 })
    const misspelt = await tokenidpHere(['plan', '-C', root, '-e', 'tset'])
    expect(misspelt).toMatchObject({ code: 64 })
    expect(misspelt.stderr).toContain('-e test')
  })

  test('no project at all', async () => {
    const ran = await tokenidpHere(['plan', '-C', project({})])
    expect(ran.code).toBe(64)
    expect(ran.stderr).toContain('tokenidp init')
  })
})

test('a new project is valid from the start', async () => {
  const root = project({})
  await tokenidpHere(['init', root])
  const ran = await tokenidpHere(['validate', '-C', root, '-o', 'json'])
  expect(ran).toMatchObject({ code: 0 })
  expect(document(ran)).toMatchObject({ kind: 'Validation', diagnostics: [] })
  const tests = document(await tokenidpHere(['test', '-C', root, '-o', 'json']))
  expect(tests).toMatchObject({ passed: 3, failed: 0 })
})

test.for([
  { template: 'multi-tenant', has: 'tenants/north/shop.test.yaml', tests: 24 },
  { template: 'monorepo', has: 'CODEOWNERS', tests: 14 },
])(
  'a new project of template $template is valid from the start, under its own name',
  async (row) => {
    const root = project({})
    const made = await tokenidpHere(['init', 'our-idp', '--template', row.template], { cwd: root })
    expect(made, made.stderr).toMatchObject({ code: 0 })
    expect(made.stdout).toContain(`+ ${row.has}\n`)
    const cwd = join(root, 'our-idp')
    expect(await tokenidpHere(['validate'], { cwd })).toMatchObject({ code: 0, stderr: '' })
    expect(await tokenidpHere(['fmt', '--check'], { cwd })).toMatchObject({ code: 0 })
    const tested = await tokenidpHere(['test'], { cwd })
    expect(tested.stdout).toContain(`${row.tests} tests passed, 0 failed`)
    const text = readFileSync(join(cwd, 'tokenidp.yaml'), 'utf8')
    expect(text).toContain('\n  name: our-idp\n')
    expect(text).toMatch(/^# yaml-language-server: \$schema=https:/)
    expect(await tokenidpHere(['init', '--template', 'none'], { cwd })).toMatchObject({ code: 64 })
  },
)
