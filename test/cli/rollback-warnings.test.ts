import { describe, expect, onTestFinished, test } from 'vitest'
import { appliedSnapshot } from '../../src/cli/tenants.ts'
import { ensureKeys } from '../../src/oauth/keys/ensure.ts'
import { openStore } from '../../src/store/open.ts'
import { document, project, write } from '../support/cli.ts'
import { MASTER_KEY } from '../support/command.ts'
import { databases } from '../support/databases.ts'
import { aProject } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'
import { servedMasterKey } from '../support/keyed.ts'
import { aRevision } from '../support/revisions.ts'
import { testRandom } from '../support/stores.ts'

const MINUTE_MS = 60_000
const commit = (end: string): string => `abcdef1${end.repeat(33)}`

describe.each(databases)('rollback on $engine', ({ newDatabase }) => {
  async function aShop() {
    const root = project(aProject())
    const url = await newDatabase(root)
    const env = { TOKENIDP_DATABASE_URL: url, TOKENIDP_MASTER_KEY: MASTER_KEY }
    const run = (words: string, nowMs = Date.now()) =>
      tokenidpHere([...words.split(' '), '-C', root], { env, nowMs })
    const applied = await run('apply --auto-approve', Date.now() - MINUTE_MS)
    expect(applied, applied.stderr).toMatchObject({ code: 0 })
    const store = await openStore(url, { schema: 'require', random: testRandom })
    onTestFinished(() => store.close())
    return { root, run, store }
  }

  test('warns of keys that were rotated since, and of no others', async () => {
    const { root, run, store } = await aShop()
    const acme = (await appliedSnapshot(store)).byName.get('acme')
    if (acme === undefined) throw new Error('there is no acme')
    await ensureKeys(store.tenant(acme.uid).keys, {
      tenant: acme,
      masterKey: servedMasterKey(),
      random: testRandom,
      now: Math.floor(Date.now() / 1000) - 120,
      actor: 'test',
      reason: 'for the test',
    })
    write(root, 'worker.yaml', (aProject()['worker.yaml'] ?? '').replace('Worker', 'Porter'))
    expect(await run('apply --auto-approve')).toMatchObject({ code: 0 })
    const before = await run('rollback 1 --plan-only -o json')
    expect(document(before)).toMatchObject({ rotatedKeys: [] })
    expect(before.stderr).not.toContain('rotated')

    expect(await run('keys rotate acme --now')).toMatchObject({ code: 0 })
    const kids = async () => document(await run('keys list acme -o json')).keys
    const rotated = await kids()
    const back = await run('rollback 1 --auto-approve -o json')
    expect(back, back.stderr).toMatchObject({ code: 0 })
    expect(document(back)).toMatchObject({ isApplied: true, revision: 3, rotatedKeys: ['acme'] })
    expect(back.stderr).toContain(
      'the signing keys of acme were rotated since then, and are not rolled back',
    )
    expect(kidsOf(await kids())).toEqual(kidsOf(rotated))
  })

  test('names the candidates where a commit is not clear, and takes the newest where it is', async () => {
    const { run, store } = await aShop()
    const owners = ['git:shop', 'git:shop', 'git:shop', 'git:depot', 'git:yard']
    const ends = ['1', '2', '1', '3', '3']
    for (const [index, owner] of owners.entries())
      await store.config.transaction(1000, (tx) =>
        tx.commitRevision(aRevision({ owner, gitCommit: commit(ends[index] ?? '') })),
      )

    const prefix = await run('rollback abcdef1 --auto-approve')
    expect(prefix).toMatchObject({ code: 1, stdout: '' })
    expect(prefix.stderr).toContain(
      `"abcdef1" may be revision 4 (git:shop, ${commit('1')}) or revision 3 (git:shop, ${commit('2')})`,
    )
    expect(prefix.stderr).toMatch(/next: .*tokenidp rollback 4\n/)
    const ofOthers = await run('rollback abcdef133 --plan-only')
    expect(ofOthers.code).toBe(1)
    expect(ofOthers.stderr).toMatch(/revision 6 \(git:yard, .*\) or revision 5 \(git:depot, /)

    // These hold no documents, which is said of the one that was chosen.
    expect((await run('rollback abcdef111 --plan-only')).stderr).toContain('revision 4 (apply)')
    expect((await run('rollback abcdef122 --plan-only')).stderr).toContain('revision 3 (apply)')
    expect((await run('rollback abcdef --plan-only')).stderr).toContain('at least 7')
    expect((await store.config.live()).revision).toBe(6)
  })
})

const kidsOf = (keys: unknown): readonly unknown[] =>
  Array.isArray(keys) ? keys.map(({ kid, state }) => ({ kid, state })) : []
