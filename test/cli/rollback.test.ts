import { execFileSync } from 'node:child_process'
import { afterEach, describe, expect, test } from 'vitest'
import { document, project, write } from '../support/cli.ts'
import { aParty, post } from '../support/client.ts'
import { databases } from '../support/databases.ts'
import { aProject, worker } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'
import { type Serving, serving } from '../support/serving.ts'

const named = (name: string, secret: string): string =>
  worker(secret).replaceAll('worker', name).replace('Worker', name)

const MOVED = `apiVersion: tokenidp.dev/v1
kind: Refactor
metadata: { name: rename }
spec: { moved: [{ from: Application/acme/clerk, to: Application/acme/till }] }
`

const WITHIN_MS = 5000

describe.each(databases)('rollback on $engine', ({ newDatabase }) => {
  const ends: (() => unknown)[] = []
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end()
  })

  async function aShop(files = aProject()) {
    const root = project(files)
    const url = await newDatabase(root)
    const env = { TOKENIDP_DATABASE_URL: url }
    const run = (words: readonly string[], more: Readonly<Record<string, string>> = {}) =>
      tokenidpHere([...words, '-C', root, '-o', 'json'], { env: { ...env, ...more } })
    return { root, url, run }
  }

  const git = (root: string, ...words: string[]): string =>
    execFileSync('git', ['-C', root, '-c', 'user.name=a', '-c', 'user.email=a@b.c', ...words], {
      encoding: 'utf8',
    })

  const commit = (root: string): string => {
    git(root, 'add', '*.yaml')
    git(root, 'commit', '-qm', 'change')
    return git(root, 'rev-parse', 'HEAD').trim()
  }

  const answer = async (server: Serving, clientId: string, secret: string): Promise<number> => {
    const party = aParty(server.issuer('acme'), { clientId, secret })
    const asked = { grant_type: 'client_credentials', scope: 'orders:read' }
    return (await post(party, '/token', asked)).status
  }

  test('brings deleted applications back with their uids and secrets, under their names', async () => {
    const { root, url, run } = await aShop(
      aProject({
        'worker.yaml': worker('{ fromEnv: WORKER_SECRET }'),
        'clerk.yaml': named('clerk', 'clerk-secret'),
        'porter.yaml': named('porter', 'porter-secret'),
      }),
    )
    git(root, 'init', '-q')
    const first = commit(root)
    const secret = { WORKER_SECRET: 'a secret of the worker' }
    const applied = await run(['apply', '--auto-approve'], secret)
    expect(applied, applied.stderr).toMatchObject({ code: 0 })
    const server = await serving({ databaseUrl: url })
    ends.push(() => server.stop())
    const all = [
      ['worker', secret.WORKER_SECRET],
      ['clerk', 'clerk-secret'],
      ['porter', 'porter-secret'],
    ] as const
    const answers = () => Promise.all(all.map(([id, value]) => answer(server, id, value)))
    expect(await answers()).toEqual([200, 200, 200])

    for (const name of ['worker', 'porter', 'clerk', 'alice']) write(root, `${name}.yaml`, '')
    const till = named('till', 'clerk-secret').replace('clientId: till', 'clientId: clerk')
    write(root, 'till.yaml', `${till}---\n${MOVED}`)
    write(root, 'late.yaml', named('late', 'late-secret'))
    const second = commit(root)
    const words = ['--auto-approve', '--max-deletes', '4', '--wait']
    const burst = await run(['apply', '--prune', ...words])
    expect(burst, burst.stderr).toMatchObject({ code: 0 })
    expect(await answers()).toEqual([401, 200, 401])

    const planned = await run(['rollback', first.slice(0, 9), '--plan-only'])
    expect(planned, planned.stderr).toMatchObject({ code: 0 })
    expect(document(planned)).toMatchObject({ kind: 'Rollback', isApplied: false, revision: 2 })
    const back = await run(['rollback', first.slice(0, 9), ...words])
    const committed = Date.now()
    expect(back, back.stderr).toMatchObject({ code: 0 })
    expect(document(back)).toMatchObject({
      kind: 'Rollback',
      isApplied: true,
      revision: 3,
      target: 1,
      commit: first,
      revert: `git revert --no-edit ${first.slice(0, 12)}..${second.slice(0, 12)}`,
      rotatedKeys: [],
      unknownSecrets: [
        {
          address: 'Application/acme/worker',
          id: 'first',
          source: 'env:WORKER_SECRET',
          mustBeSet: false,
        },
      ],
    })
    expect(back.stderr).toContain('secret "first" of Application/acme/worker (env:WORKER_SECRET)')
    expect(await answers()).toEqual([200, 200, 200])
    expect(Date.now() - committed).toBeLessThan(WITHIN_MS)
    expect(await answer(server, 'late', 'late-secret')).toBe(401)

    const record = document(await run(['audit', '--object', 'Application/acme/worker']))
    const entries = record.entries as { action: string; uid: string }[]
    expect(entries.map(({ action }) => action)).toEqual(['revive', 'delete', 'create'])
    expect(new Set(entries.map(({ uid }) => uid)).size).toBe(1)
    expect(document(await run(['show', '3']))).toMatchObject({
      revision: { kind: 'rollback', parent: 2, commit: first, reason: 'back to revision 1' },
      changes: expect.arrayContaining([
        expect.objectContaining({
          address: 'Application/acme/clerk',
          movedFrom: 'Application/acme/till',
        }),
      ]),
    })
    const again = document(await run(['rollback', '1', '--auto-approve']))
    expect(again).toMatchObject({ isApplied: false, revision: 3, changes: [] })
  })

  test('refuses what it does not know, and what nobody knows', async () => {
    const old = '      - id: old\n        value: { fromEnv: OLD_SECRET }\n'
    const { root, run } = await aShop(aProject({ 'worker.yaml': worker() + old }))
    const applied = await run(['apply', '--auto-approve'], { OLD_SECRET: 'canary' })
    expect(applied, applied.stderr).toMatchObject({ code: 0 })
    write(root, 'worker.yaml', worker())
    await run(['apply', '--auto-approve'])
    const refused = await run(['rollback', '1', '--auto-approve'])
    expect(refused.code).toBe(3)
    expect(refused.stderr).toMatch(/secret "old" of Application\/acme\/worker \(env:OLD_SECRET\)/)
    expect(await run(['rollback', '7', '--auto-approve'])).toMatchObject({ code: 1 })
    expect(await run(['rollback', '1'])).toMatchObject({ code: 64 })
    const known = await run(['rollback', '1', '--auto-approve'], { OLD_SECRET: 'canary' })
    expect(document(known)).toMatchObject({ revision: 3 })
    expect(known.stdout + known.stderr).not.toContain('canary')
  })
})
