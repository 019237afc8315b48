import { describe, expect, test } from 'vitest'
import { behind } from '../support/behind.ts'
import { document, project, write } from '../support/cli.ts'
import { MASTER_KEY } from '../support/command.ts'
import { databases } from '../support/databases.ts'
import { aProject, worker } from '../support/documents.ts'
import { everyRow } from '../support/every-row.ts'
import { tokenidpHere } from '../support/in-process.ts'

describe.each(databases)('looking back on $engine', ({ newDatabase }) => {
  async function aShop() {
    const root = project(aProject())
    const url = await newDatabase(root)
    const env = {
      TOKENIDP_DATABASE_URL: url,
      TOKENIDP_ACTOR: 'ann',
      TOKENIDP_MASTER_KEY: MASTER_KEY,
    }
    const run = (...words: string[]) => tokenidpHere([...words, '-C', root], { env })
    const told = async (...words: string[]) => document(await run(...words, '-o', 'json'))
    const apply = (...words: string[]) => run('apply', '--auto-approve', ...words)
    return { root, url, env, run, told, apply }
  }

  test('an empty database has no history and no drift', async () => {
    const { told, run } = await aShop()
    expect(await told('history')).toMatchObject({ kind: 'History', revisions: [] })
    expect(await told('drift')).toMatchObject({ kind: 'Drift', revision: 0, drifted: [] })
    const shown = await run('show', '7')
    expect(shown).toMatchObject({ code: 1 })
    expect(shown.stderr).toContain('nothing is applied')
  })

  test('each revision is told with what it changed, and what was deleted is kept for a week', async () => {
    const { root, told, run, apply } = await aShop()
    await apply()
    write(root, 'worker.yaml', worker().replace('Worker', 'Night shift'))
    write(root, 'alice.yaml', '')
    await apply('--prune', '--max-deletes', '1', '--message', 'a tidy shop')

    expect(await told('history')).toMatchObject({
      revisions: [
        {
          id: 2,
          parent: 1,
          kind: 'apply',
          owner: 'git:shop',
          actor: 'ann',
          reason: 'a tidy shop',
          created: 0,
          updated: 1,
          deleted: 1,
        },
        { id: 1, created: 6, updated: 0, deleted: 0 },
      ],
    })
    expect((await told('history', '--limit', '1')).revisions).toHaveLength(1)
    expect(await told('show', '2')).toMatchObject({
      kind: 'Revision',
      revision: { id: 2, kind: 'apply' },
      changes: [
        { address: 'User/acme/alice', action: 'delete', risk: 'destructive' },
        {
          address: 'Application/acme/worker',
          action: 'update',
          paths: ['displayName'],
          origin: 'worker.yaml:5',
        },
      ],
    })
    expect((await run('show', '3')).stderr).toContain('there is no revision 3; the newest is 2')
    expect(await told('audit', '--object', 'User/acme/alice', '--since', '1h')).toMatchObject({
      entries: [
        { action: 'delete', revision: 2, actor: 'ann' },
        { action: 'create', revision: 1 },
      ],
    })
    expect(await told('status')).toMatchObject({
      owners: [{ owner: 'git:shop', objects: 5 }],
      drifted: 0,
      tombstones: 1,
    })

    expect(await told('gc')).toMatchObject({ isDryRun: false, forgotten: [] })
    const words = ['gc', '--older-than', '0s']
    const gone = [{ address: 'User/acme/alice', owner: 'git:shop' }]
    expect(await told(...words, '--dry-run')).toMatchObject({ isDryRun: true, forgotten: gone })
    expect(await told(...words)).toMatchObject({ isDryRun: false, forgotten: gone })
    expect(await told('status')).toMatchObject({ tombstones: 0, collectableAt: null })
    expect((await told('audit', '--limit', '1')).entries).toMatchObject([
      { action: 'forget', address: 'User/acme/alice', revision: null },
    ])
  })

  test('status names what waits for --prune, and what came from documents last', async () => {
    const { root, told, apply } = await aShop()
    await apply()
    write(root, 'worker.yaml', '')
    write(root, 'acme.yaml', (aProject()['acme.yaml'] ?? '').replace('Acme', 'Acme Ltd'))
    await apply()
    const override = 'override set Application/acme/worker disabled=true --ttl 1h --reason INC-1'
    expect(await told(...override.split(' '))).toMatchObject({ revision: 3 })
    expect(await told('status')).toMatchObject({
      revision: 3,
      pendingDeletes: ['Application/acme/worker'],
      applied: { revision: 2, kind: 'apply', owner: 'git:shop' },
    })
  })

  test('a tenant does not go before what is in it, and gc takes all that it had', async () => {
    const { root, url, env, told, run, apply } = await aShop()
    await apply()
    await told('keys', 'rotate', 'acme', '--now')
    const [leaked] = (await told('keys', 'list', 'acme')).keys as { kid: string }[]
    const words = ['keys', 'revoke', '-C', root, '--compromised', 'acme', '--', `${leaked?.kid}`]
    expect(await tokenidpHere(words, { env })).toMatchObject({ code: 0 })
    for (const file of ['acme.yaml', 'worker.yaml', 'alice.yaml']) write(root, file, '')
    const only = ['--prune', '--target', 'Tenant/acme', '--max-deletes', '9']
    const plan = document(await run('plan', ...only, '-o', 'json'))
    expect(plan).toMatchObject({
      changes: [
        {
          address: 'Tenant/acme',
          blocked: 'orphaned',
          reasons: [{}, expect.stringContaining('Application/acme/worker')],
        },
      ],
    })
    const refused = await run('apply', '--auto-approve', ...only)
    expect(refused).toMatchObject({ code: 5 })
    expect(refused.stderr).toContain(
      'Tenant/acme would go, and in it would stay: Application/acme/worker',
    )

    expect(await everyRow(url)).toContain('signing_key')
    await run('apply', '--auto-approve', '--prune', '--max-deletes', '9')
    await told('gc', '--older-than', '0s')
    const rows = await everyRow(url)
    for (const table of ['user_account', 'secret_verifier', 'config_object Tenant'])
      expect(rows).not.toContain(table)
    const kept = rows.split('\n').filter((row) => row.startsWith('signing_key'))
    expect(kept).toEqual([expect.stringContaining(String(leaked?.kid))])
  })

  test('what was changed behind the documents is drift, and its secrets are not told', async () => {
    const { url, told, run, apply } = await aShop()
    await apply()
    await behind(
      url,
      `update config_object set spec = replace(replace(spec, '"Worker"', '"Night shift"'), '"literal"', '"canary"')
       where kind = 'Application' and name = 'worker'`,
    )
    const ran = await run('drift', '--detailed-exitcode', '-o', 'json')
    expect(ran.code).toBe(2)
    expect(document(ran)).toMatchObject({
      revision: 1,
      drifted: [
        {
          address: 'Application/acme/worker',
          owner: 'git:shop',
          fields: [
            { path: 'clientAuth.secrets[first].value.from' },
            { path: 'displayName', before: 'Worker', after: 'Night shift' },
          ],
        },
      ],
    })
    expect(ran.stdout).not.toContain('canary')
    expect(await told('status')).toMatchObject({ drifted: 1 })
    await apply()
    expect(await run('drift', '--detailed-exitcode')).toMatchObject({ code: 0 })
  })

  test('an entry that was changed or taken out breaks the record', async () => {
    const { url, told, run, apply } = await aShop()
    await apply()
    expect(await told('audit', '--verify')).toMatchObject({ isWhole: true, entries: 6 })
    await behind(url, 'delete from audit_entry where seq = 4')
    const ran = await run('audit', '--verify', '-o', 'json')
    expect(ran.code).toBe(1)
    expect(document(ran)).toMatchObject({ isWhole: false, broken: { seq: 5 } })
    await behind(url, `update audit_entry set actor = 'bob' where seq = 3`)
    expect(await told('audit', '--verify')).toMatchObject({ broken: { seq: 3 } })
    await behind(url, 'delete from audit_entry')
    expect(await told('audit', '--verify')).toMatchObject({ isWhole: false, cutRevision: 1 })
  })
})
