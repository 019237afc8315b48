import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { document as printed, project, write } from '../support/cli.ts'
import { databases } from '../support/databases.ts'
import { aProject, document, joined, worker } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'

type Files = Readonly<Record<string, string>>

const app = (name: string, changed = '', lifecycle = ''): string =>
  worker(`{ fromEnv: ${name.toUpperCase()}_SECRET }`)
    .replaceAll('worker', name)
    .replace('displayName: Worker', `displayName: ${name}${changed}`)
    .replace('spec:', lifecycle === '' ? 'spec:' : `lifecycle: ${lifecycle}\nspec:`)

const refactor = (spec: string): string => document('Refactor', { name: 'once' }, spec)

const SECRETS = { PACKER_SECRET: 'p', PICKER_SECRET: 'q', PORTER_SECRET: 'r', RUNNER_SECRET: 's' }
const AT = (name: string): string => `Application/acme/${name}`

const shop = aProject({ 'alice.yaml': '', 'worker.yaml': '' })
const before: Files = {
  ...shop,
  'tokenidp.yaml': (shop['tokenidp.yaml'] ?? '').replace(
    'name: shop\n',
    'name: shop\nspec: { guards: { maxDeletePercent: 100 } }\n',
  ),
  'packer.yaml': app('packer'),
  'picker.yaml': app('picker'),
  'porter.yaml': app('porter'),
}
/** One changes, one goes, one is made; the tenant has another name to show. */
const after: Files = {
  'acme.yaml': (before['acme.yaml'] ?? '').replace('Acme', 'Acme Ltd'),
  'packer.yaml': app('packer', ' of boxes'),
  'picker.yaml': '',
  'runner.yaml': app('runner'),
}

describe.each(databases)('a part of a saved plan on $engine', ({ newDatabase }) => {
  /** What is live is `first`; what is saved is what `next` makes of it. */
  async function aShop(next: Files = after, first: Files = before) {
    const root = project({ ...first })
    const plan = join(root, 'plan.json')
    const url = await newDatabase(root)
    const run = (words: readonly string[], secrets: Readonly<Record<string, string>> = {}) =>
      tokenidpHere(words, {
        cwd: root,
        env: { TOKENIDP_DATABASE_URL: url, ...SECRETS, ...secrets },
      })
    const done = async (words: readonly string[], secrets = {}) => {
      expect(await run(words, secrets)).toMatchObject({ code: 0 })
    }
    /** By somebody else, of documents that may be others by now. */
    const apply = (files: Files = {}, words: readonly string[] = [], secrets = {}) => {
      for (const [name, text] of Object.entries(files)) write(root, name, text)
      return done(['apply', '--auto-approve', ...words], secrets)
    }
    await apply()
    for (const [name, text] of Object.entries(next)) write(root, name, text)
    await done(['plan', '--out', plan, '--prune'])
    const applySaved = () => run(['apply', plan, '-o', 'json'])
    return { root, plan, run, apply, applySaved }
  }

  test.for([
    { what: 'an update', part: [AT('packer')] },
    { what: 'a creation', part: [AT('runner')] },
    { what: 'a deletion', part: [AT('picker')] },
    { what: 'all but one', part: [AT('picker'), AT('packer'), AT('runner')] },
  ])('that somebody has made is dropped: $what', async ({ part }) => {
    const { run, apply, applySaved } = await aShop()
    await apply({}, ['--prune', ...part.flatMap((each) => ['--target', each])])
    const applied = await applySaved()
    expect(applied).toMatchObject({ code: 0, stderr: expect.not.stringContaining('error') })
    expect(printed(applied)).toMatchObject({ revision: 3, alreadyThere: part })
    expect(printed(applied)).toHaveProperty('changes.length', 4 - part.length)
    expect(await run(['plan', '--prune', '--detailed-exitcode'])).toMatchObject({ code: 0 })
  })

  test('is told in words, also where nothing is left', async () => {
    const { plan, run, apply } = await aShop()
    await apply({}, ['--target', AT('packer')])
    const text = (await run(['apply', plan])).stdout
    expect(text).toContain('1 of 4 changes of the saved plan was already there.')
    const again = (await run(['apply', plan])).stdout
    expect(again).toContain('4 of 4 changes of the saved plan were already there.')
  })

  test.for([
    { what: 'moved', spec: `moved: [{ from: ${AT('picker')}, to: ${AT('runner')} }]` },
    { what: 'released', spec: `removed: [{ ref: ${AT('picker')}, then: release }]` },
  ])('may be an object that was $what', async ({ what, spec }) => {
    const to = app('runner').replace('clientId: runner', 'clientId: picker')
    const files = { ...after, 'once.yaml': refactor(spec) }
    const { apply, applySaved } = await aShop(
      what === 'moved' ? { ...files, 'runner.yaml': to } : files,
    )
    const address = what === 'moved' ? AT('runner') : AT('picker')
    await apply({}, ['--target', address])
    expect(printed(await applySaved())).toMatchObject({ revision: 3, alreadyThere: [address] })
  })

  test.for([
    {
      when: 'it was made in another way',
      files: { 'packer.yaml': app('packer', ' of bags') },
      names: `${AT('packer')} would change in another way`,
    },
    {
      when: 'it was protected as well',
      files: { 'packer.yaml': app('packer', ' of boxes', '{ protect: true }') },
      names: `${AT('packer')} would change in another way`,
    },
    {
      when: 'it has another secret',
      files: {},
      secrets: { RUNNER_SECRET: 'another' },
      names: `${AT('runner')} would change in another way`,
    },
    {
      when: 'it is left alone, with another secret',
      files: { 'runner.yaml': app('runner', '', '{ reconcile: createOnly }') },
      next: { ...after, 'runner.yaml': app('runner', '', '{ reconcile: createOnly }') },
      secrets: { RUNNER_SECRET: 'another' },
      names: `${AT('runner')} no longer has to change`,
    },
    {
      when: 'it is left alone, and is otherwise',
      files: { 'runner.yaml': app('runner', ' and more', '{ reconcile: createOnly }') },
      next: { ...after, 'runner.yaml': app('runner', '', '{ reconcile: createOnly }') },
      names: `${AT('runner')} no longer has to change`,
    },
    {
      when: 'something else moved',
      files: { 'porter.yaml': app('porter', ' at night') },
      names: AT('porter'),
    },
    {
      when: 'it was moved by being deleted and made',
      files: { 'once.yaml': '' },
      next: {
        ...after,
        'runner.yaml': app('runner').replace('clientId: runner', 'clientId: picker'),
        'once.yaml': refactor(`moved: [{ from: ${AT('picker')}, to: ${AT('runner')} }]`),
      },
      names: `${AT('runner')} no longer has to change`,
    },
  ])('makes it stale when $when', async ({ files, next = after, secrets = {}, names }) => {
    const { run, apply, applySaved } = await aShop(next)
    await apply({ ...files, 'acme.yaml': before['acme.yaml'] ?? '' }, ['--prune'], secrets)
    const ran = await applySaved()
    expect(ran.code).toBe(4)
    expect(ran.stderr).toContain(names)
    expect(printed(await run(['status', '-o', 'json']))).toMatchObject({ revision: 2 })
  })

  test('is not what waits for --prune', async () => {
    const { plan, run, apply } = await aShop()
    expect(await run(['plan', '--out', plan, '--no-prune'])).toMatchObject({ code: 0 })
    await apply({ 'acme.yaml': before['acme.yaml'] ?? '' }, ['--prune'])
    const ran = await run(['apply', plan])
    expect(ran.code).toBe(4)
    expect(ran.stderr).toContain(`${AT('picker')} no longer has to change`)
  })

  test('is not what another project has by now', async () => {
    const { apply, applySaved } = await aShop()
    await apply({}, ['--prune', '--target', AT('picker')])
    const other = document('Project', { name: 'other' })
    const environment = (before['tokenidp.yaml'] ?? '').split('---\n')[1] ?? ''
    await apply({
      'tokenidp.yaml': joined(other, environment),
      'acme.yaml': '',
      'packer.yaml': '',
      'porter.yaml': '',
      'runner.yaml': document('Tenant', { name: 'elsewhere' }),
    })
    expect(printed(await applySaved())).toMatchObject({ alreadyThere: [AT('picker')] })
  })

  test('is what is left to whoever comes second', async () => {
    const { run, applySaved } = await aShop()
    const all = await Promise.all([applySaved(), applySaved(), applySaved()])
    expect(all.map(({ code }) => code)).toEqual([0, 0, 0])
    const changed = all.map((ran) => printed(ran).changes).filter((each) => `${each}` !== '')
    expect(changed).toHaveLength(1)
    for (const ran of all) expect(printed(ran)).toMatchObject({ revision: 2 })
    expect(printed(await run(['status', '-o', 'json']))).toMatchObject({ revision: 2 })
  })

  test('is one of two plans that are applied at once, of which one holds the other', async () => {
    const { root, run, applySaved } = await aShop()
    const small = join(root, 'small.json')
    await run(['plan', '--out', small, '--target', AT('packer')])
    const [whole, part] = await Promise.all([applySaved(), run(['apply', small, '-o', 'json'])])
    expect([whole.code, part.code]).toEqual([0, 0])
    expect(await run(['plan', '--prune', '--detailed-exitcode'])).toMatchObject({ code: 0 })
  })
})
