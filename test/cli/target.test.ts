import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { document, project, write } from '../support/cli.ts'
import { aProject } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'

const databaseIn = (root: string): string => `sqlite:${join(root, 'idp.db')}`

const named = (name: string): string =>
  (aProject()['tokenidp.yaml'] ?? '').replace('name: shop\n', `name: ${name}\n`)

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
