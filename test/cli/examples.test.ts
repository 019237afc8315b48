import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { document, ROOT, tokenidp } from '../support/cli.ts'

test.for(['quickstart', 'minimal'])(
  'the example %s is applied, and then as it says',
  async (name) => {
    const root = mkdtempSync(join(tmpdir(), 'tokenidp-example-'))
    onTestFinished(() => rmSync(root, { recursive: true, force: true }))
    cpSync(join(ROOT, 'config-examples', name), root, {
      recursive: true,
      filter: (path) => !path.endsWith('.tokenidp'),
    })
    expect(await tokenidp(['validate', '-C', root])).toMatchObject({ code: 0 })
    expect(await tokenidp(['apply', '--auto-approve', '-C', root])).toMatchObject({ code: 0 })
    const plan = document(await tokenidp(['plan', '-C', root, '-o', 'json']))
    expect(plan).toMatchObject({ baseRevision: 1, changes: [] })
  },
)

test('the example multi-tenant is valid in every environment', async () => {
  const root = join(ROOT, 'config-examples/multi-tenant')
  const ran = await tokenidp(['validate', '-C', root, '-o', 'json'])
  expect(document(ran)).toMatchObject({ environments: [{ name: 'dev' }, { name: 'prod' }] })
})
