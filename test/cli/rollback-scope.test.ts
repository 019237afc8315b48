import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { document, project, write } from '../support/cli.ts'
import { databases } from '../support/databases.ts'
import { aProject } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'

const WORKER = 'Application/acme/worker'

const tenant = (displayName: string): string =>
  (aProject()['acme.yaml'] ?? '').replace('displayName: Acme', `displayName: ${displayName}`)

const moves = (...moved: readonly (readonly [from: string, to: string])[]): string =>
  `apiVersion: tokenidp.dev/v1
kind: Refactor
metadata: { name: autumn }
spec: { moved: ${JSON.stringify(moved.map(([from, to]) => ({ from, to })))} }
`

const signing = (): string => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const keys = JSON.stringify([publicKey.export({ format: 'jwk' })])
  return (aProject()['tokenidp.yaml'] ?? '').replace(
    'name: shop\n',
    `name: shop\nspec: { signedPlans: { keys: ${keys} } }\n`,
  )
}

describe.each(databases)('what rollback leaves alone on $engine', ({ newDatabase }) => {
  async function aShop() {
    const root = project(aProject({ 'alice.yaml': '' }))
    const env = { TOKENIDP_DATABASE_URL: await newDatabase(root) }
    const run = (...words: string[]) => tokenidpHere([...words, '-C', root, '-o', 'json'], { env })
    const done = async (...words: string[]) => {
      const ran = await run(...words, '--auto-approve')
      expect(ran, ran.stderr).toMatchObject({ code: 0 })
      return document(ran)
    }
    await done('apply')
    return { root, run, done }
  }

  test('what waited then for --prune still waits', async () => {
    const { root, run, done } = await aShop()
    write(root, 'worker.yaml', '')
    write(root, 'acme.yaml', tenant('Two'))
    await done('apply')
    write(root, 'acme.yaml', tenant('Three'))
    await done('apply')
    const back = await done('rollback', '2')
    expect(back).toMatchObject({
      revision: 4,
      changes: [
        { action: 'delete', address: WORKER, pending: 'prune' },
        { action: 'update', address: 'Tenant/acme' },
      ],
    })
    expect((await run('export')).stdout).toContain('worker')
  })

  test('what was adopted since stays', async () => {
    const { root, run, done } = await aShop()
    await done('release', WORKER)
    write(root, 'worker.yaml', '')
    write(root, 'acme.yaml', tenant('Two'))
    await done('apply')
    await done('adopt', WORKER)
    const back = document(await run('rollback', '3', '--plan-only'))
    expect(back).toMatchObject({ changes: [{ address: WORKER, pending: 'prune' }] })
  })

  test('what was outside of --target', async () => {
    const { root, run, done } = await aShop()
    write(root, 'worker.yaml', (aProject()['worker.yaml'] ?? '').replace('Worker', 'Porter'))
    write(root, 'acme.yaml', tenant('Two'))
    await done('apply', '--target', 'Tenant/acme')
    expect(document(await run('rollback', '2', '--plan-only'))).toMatchObject({ changes: [] })
    expect(document(await run('plan'))).toMatchObject({ changes: [{ address: WORKER }] })
  })

  test('a name that another object has by now', async () => {
    const { root, run, done } = await aShop()
    const named = (name: string) => (aProject()['worker.yaml'] ?? '').replaceAll('worker', name)
    const moved = moves([WORKER, 'Application/acme/porter'])
    const porter = named('porter').replace('clientId: porter', 'clientId: worker')
    write(root, 'worker.yaml', `${porter}---\n${moved}`)
    await done('apply')
    write(
      root,
      'worker.yaml',
      `${porter}---\n${named('worker').replace('clientId: worker', 'clientId: other')}`,
    )
    await done('apply')
    const refused = await run('rollback', '1', '--auto-approve')
    expect(refused).toMatchObject({ code: 5 })
    expect(refused.stderr).toContain(
      'Application/acme/porter was Application/acme/worker then, and another object has that name now',
    )
  })

  test('what was issued since, also where its application comes back', async () => {
    const { root, run, done } = await aShop()
    const issued = document(await run('secrets', 'rotate', 'acme', 'worker'))
    write(root, 'worker.yaml', '')
    await done('apply', '--prune', '--max-deletes', '1')
    await done('rollback', '1')
    expect(document(await run('secrets', 'list', 'acme', 'worker'))).toMatchObject({
      secrets: [
        { id: 'first', state: 'ending' },
        { id: issued.id, state: 'live' },
      ],
    })
  })

  test('whose plans are taken', async () => {
    const { root, run, done } = await aShop()
    write(root, 'tokenidp.yaml', signing())
    write(root, 'acme.yaml', tenant('Two'))
    await done('apply')
    const back = await done('rollback', '1')
    expect(back).toMatchObject({ changes: [{ address: 'Tenant/acme' }] })
    expect(await run('apply', '--auto-approve')).toMatchObject({ code: 5 })
  })
})
