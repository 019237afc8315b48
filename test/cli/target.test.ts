import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { document, project, write } from '../support/cli.ts'
import { aProject } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'

const databaseIn = (root: string): string => `sqlite:${join(root, 'idp.db')}`

const named = (name: string): string =>
  (aProject()['tokenidp.yaml'] ?? '').replace('name: shop\n', `name: ${name}\n`)

const renamed = (): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(aProject()).map(([name, text]) => [
      name,
      text.replaceAll('tenant: acme', 'tenant: corp').replaceAll('name: acme\n', 'name: corp\n'),
    ]),
  ),
  'refactor.yaml': `apiVersion: tokenidp.dev/v1
kind: Refactor
metadata: { name: rename }
spec: { moved: [{ from: Tenant/acme, to: Tenant/corp }] }
`,
})

const emptied = (): Record<string, string> => ({
  'acme.yaml': '',
  'worker.yaml': '',
  'alice.yaml': '',
})

describe('--target', () => {
  test.for([
    { target: 'acme', found: ['Tenant/acme'] },
    { target: 'Application/*', found: ['Application/acme/worker'] },
  ])('$target is $found and nothing else', async ({ target, found }) => {
    // The project is called like the tenant.
    const root = project(aProject({ 'tokenidp.yaml': named('acme'), 'worker.yaml': '' }))
    const run = (...words: string[]) =>
      tokenidpHere([...words, '-C', root, '-o', 'json', '--database-url', databaseIn(root)])
    expect(await run('apply', '--auto-approve')).toMatchObject({ code: 0 })
    write(root, 'tokenidp.yaml', named('acme\nspec: { prune: owned }'))
    write(root, 'acme.yaml', (aProject()['acme.yaml'] ?? '').replace('Acme', 'Ltd'))
    const worker = aProject()['worker.yaml'] ?? ''
    write(root, 'worker.yaml', target === 'acme' ? '' : worker)
    const { changes } = document(await run('plan', '--target', target))
    expect((changes as { address: string }[]).map(({ address }) => address)).toEqual(found)
  })

  test('a part that no server could load without the rest is refused, and is no fault of ours', async () => {
    const root = project(aProject())
    const words = ['--target', 'Project/shop', '-C', root, '--database-url', databaseIn(root)]
    const ran = await tokenidpHere(['apply', '--auto-approve', ...words], { cwd: root })
    expect(ran.code).toBe(5)
    expect(ran.stderr).toMatch(/could not load .* no Environment\n.*leave out --target/)
    expect(readdirSync(root).join()).not.toContain('bug-report')
  })

  test.for([
    { when: 'is renamed', change: renamed, words: ['--target', 'Tenant/corp'] },
    { when: 'is deleted', change: emptied, words: ['--target', 'Tenant/acme', '--prune'] },
  ])('a tenant that $when leaves nothing behind', async ({ change, words }) => {
    const root = project(aProject())
    const run = (...more: string[]) =>
      tokenidpHere([...more, '-C', root, '--auto-approve', '--database-url', databaseIn(root)])
    expect(await run('apply')).toMatchObject({ code: 0 })
    for (const [name, text] of Object.entries(change())) write(root, name, text)
    const refused = await run('apply', '--max-deletes', '9', ...words)
    expect(refused).toMatchObject({ code: 5 })
    expect(refused.stderr).toContain('Application/acme/worker')
    const whole = words.map((word) => word.replace('Tenant/', ''))
    const done = await run('apply', '--max-deletes', '9', ...whole)
    expect(done, done.stderr).toMatchObject({ code: 0 })
  })

  test.for([
    { target: 'acm', hint: 'did you mean acme?' },
    { target: 'Application/acme/woker', hint: 'did you mean Application/acme/worker?' },
  ])('$target, which is nowhere, is refused', async ({ target, hint }) => {
    const root = project(aProject())
    const words = ['plan', '--target', target, '-C', root, '--database-url', databaseIn(root)]
    const ran = await tokenidpHere(words)
    expect(ran).toMatchObject({ code: 64 })
    expect(ran.stderr).toContain(hint)
  })
})
