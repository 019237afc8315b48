import { generateKeyPairSync } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { document, project, write } from '../support/cli.ts'
import { databases } from '../support/databases.ts'
import { aProject, worker } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'

const ADDRESS = 'Application/acme/worker'
const files = aProject({ 'worker.yaml': worker('{ fromEnv: WORKER_SECRET }'), 'alice.yaml': '' })

describe.each(databases)('whose things are on $engine', ({ newDatabase }) => {
  async function aShop() {
    const root = project(files)
    const env = { TOKENIDP_DATABASE_URL: await newDatabase(root), WORKER_SECRET: 'canary' }
    const run = (...words: string[]) => tokenidpHere([...words, '-C', root, '-o', 'json'], { env })
    const applied = await run('apply', '--auto-approve')
    expect(applied, applied.stderr).toMatchObject({ code: 0 })
    return { root, env, run }
  }

  test('what is released stays, and waits for somebody to adopt it', async () => {
    const { run } = await aShop()
    expect(await run('release', ADDRESS)).toMatchObject({ code: 64 })
    const released = await run('release', ADDRESS, '--auto-approve')
    expect(released, released.stderr).toMatchObject({ code: 0 })
    expect(document(released)).toMatchObject({
      kind: 'Ownership',
      revision: 2,
      action: 'release',
      objects: [{ address: ADDRESS, from: 'git:shop', to: '' }],
    })
    const refused = await run('apply', '--auto-approve')
    expect(refused.code).toBe(5)
    expect(refused.stderr).toMatch(/belongs to nobody.*\n.*tokenidp adopt/)

    const misspelt = await run('adopt', 'Application/acme/worke', '--auto-approve')
    expect(misspelt).toMatchObject({ code: 1 })
    expect(misspelt.stderr).toContain(`did you mean ${ADDRESS}?`)
    expect(document(await run('adopt', 'Application/acme/*', '--auto-approve'))).toMatchObject({
      revision: 3,
      objects: [{ address: ADDRESS, from: '', to: 'git:shop' }],
    })
    expect(document(await run('plan'))).toMatchObject({ changes: [] })
    expect(document(await run('show', '3'))).toMatchObject({
      revision: { kind: 'ownership', updated: 1 },
      changes: [{ action: 'adopt', address: ADDRESS }],
    })
    const back = await run('rollback', '3', '--plan-only')
    expect(back.stderr).toContain('holds no documents')
  })

  test('status: what is adopted waits for --prune only once it has left the documents', async () => {
    const { root, env, run } = await aShop()
    const depot = `apiVersion: tokenidp.dev/v1
kind: Tenant
metadata: { name: depot }
---
apiVersion: tokenidp.dev/v1
kind: Role
metadata: { tenant: depot, name: packer }
`
    const settings = (files['tokenidp.yaml'] ?? '').replace('name: shop', 'name: depot')
    const elsewhere = project({ 'tokenidp.yaml': settings, 'depot.yaml': depot })
    const there = await tokenidpHere(['apply', '--auto-approve', '-C', elsewhere], { env })
    expect(there, there.stderr).toMatchObject({ code: 0 })
    const pending = async () => document(await run('status')).pendingDeletes

    write(root, 'depot.yaml', depot)
    const adopted = await run('adopt', 'Tenant/depot', 'Role/depot/packer', '--auto-approve')
    expect(adopted, adopted.stderr).toMatchObject({ code: 0 })
    expect(document(await run('plan'))).toMatchObject({ changes: [] })
    expect(await pending()).toEqual([])

    write(root, 'acme.yaml', (files['acme.yaml'] ?? '').replace('Acme', 'Acme Ltd'))
    await run('apply', '--auto-approve', '--target', 'Tenant/acme')
    expect(await pending()).toEqual([])

    write(root, 'depot.yaml', depot.split('---\n')[0] ?? '')
    write(root, 'acme.yaml', files['acme.yaml'] ?? '')
    await run('apply', '--auto-approve')
    expect(await pending()).toEqual(['Role/depot/packer'])
  })

  test('what moved twice is found under whichever name it has', async () => {
    const { root, run } = await aShop()
    const named = (name: string) =>
      (files['worker.yaml'] ?? '').replace('name: worker', `name: ${name}`)
    const moves = (from: string, to: string) =>
      `- { from: Application/acme/${from}, to: Application/acme/${to} }`
    write(
      root,
      'worker.yaml',
      `${named('night-shift')}---
apiVersion: tokenidp.dev/v1
kind: Refactor
metadata: { name: years }
spec:
  moved:
    ${moves('ancestor', 'worker')}
    ${moves('worker', 'porter')}
    ${moves('porter', 'night-shift')}
`,
    )
    const plan = await run('plan')
    expect(document(plan), plan.stderr).toMatchObject({
      changes: [{ address: 'Application/acme/night-shift', movedFrom: ADDRESS, secrets: [] }],
    })
    expect(await run('apply', '--auto-approve')).toMatchObject({ code: 0 })
    expect(document(await run('plan'))).toMatchObject({ changes: [] })
  })

  test('where plans have to be signed, owners change by plans alone', async () => {
    const { root, run } = await aShop()
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const spec = `spec: { signedPlans: { keys: [${JSON.stringify(publicKey.export({ format: 'jwk' }))}] } }`
    const text = aProject()['tokenidp.yaml'] ?? ''
    write(root, 'tokenidp.yaml', text.replace('name: shop\n', `name: shop\n${spec}\n`))
    expect(await run('apply', '--auto-approve')).toMatchObject({ code: 0 })
    const refused = await run('release', ADDRESS, '--auto-approve')
    expect(refused).toMatchObject({ code: 5 })
    expect(refused.stderr).toContain('Refactor')
    write(root, 'tokenidp.yaml', text.replace('name: shop', 'name: thief'))
    expect(await run('adopt', ADDRESS, '--auto-approve')).toMatchObject({ code: 5 })
  })

  test('what is exported plans no change', async () => {
    const { root, env, run } = await aShop()
    const out = join(root, '.exported')
    const exported = await run('export', '--out', out)
    expect(exported, exported.stderr).toMatchObject({ code: 0 })
    expect(readdirSync(out).sort()).toEqual(['tenants', 'tokenidp.yaml'])
    expect(exported.stdout + exported.stderr).not.toContain('canary')
    const words = ['plan', '--detailed-exitcode', '-C', out]
    expect(await tokenidpHere(words, { env })).toMatchObject({ code: 0 })
    expect(await run('export', '--out', out)).toMatchObject({ code: 64 })
  })
})
