import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { document, project, tokenidp, write } from '../support/cli.ts'
import { databases } from '../support/databases.ts'
import { aProject, worker } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'

const generated = (): Record<string, string> =>
  aProject({ 'worker.yaml': worker('{ generate: { bytes: 32 } }') })

describe.each(databases)('plan and apply on $engine', ({ newDatabase }) => {
  async function aShop(files = aProject()) {
    const root = project(files)
    const env = { TOKENIDP_DATABASE_URL: await newDatabase(root) }
    const run = (...words: string[]) => tokenidpHere([...words, '-C', root], { env })
    const words = ['apply', '--auto-approve', '-o', 'json']
    const prune = () => run(...words, '--prune', '--max-deletes', '1')
    return { root, env, run, apply: () => run(...words), prune }
  }

  test('a plan on a database that does not exist shows everything and creates nothing', async () => {
    const { root, run } = await aShop()
    const ran = await run('plan', '--detailed-exitcode')
    expect(ran.code).toBe(2)
    expect(ran.stdout).toContain('+ Application/acme/worker (worker.yaml:5)')
    expect(existsSync(join(root, 'test.db'))).toBe(false)
  })

  test('apply makes the next plan empty', async () => {
    const { run, apply } = await aShop()
    const applied = await apply()
    expect(applied).toMatchObject({ code: 0 })
    expect(document(applied)).toMatchObject({ kind: 'Apply', revision: 1 })
    const again = await run('plan', '--detailed-exitcode', '-o', 'json')
    expect(again.code).toBe(0)
    expect(document(again)).toMatchObject({ kind: 'Plan', baseRevision: 1, changes: [] })
  })

  test('a declared user cannot take the name of a person who is there', async () => {
    const { root, env, run, apply } = await aShop()
    await apply()
    const words = ['users', 'add', 'acme', 'bob', '--password-file', '-', '-C', root]
    expect(await tokenidpHere(words, { env, input: 'a password' })).toMatchObject({ code: 0 })
    write(root, 'bob.yaml', (aProject()['alice.yaml'] ?? '').replaceAll('alice', 'bob'))
    const refused = await apply()
    expect(refused.code).toBe(5)
    expect(refused.stderr).toContain('the declared user bob')
    expect(document(await run('status', '-o', 'json'))).toMatchObject({ revision: 1 })
  })

  test('a second apply writes no revision', async () => {
    const { apply } = await aShop()
    await apply()
    expect(document(await apply())).toMatchObject({ revision: 1, changes: [] })
  })

  test('a plan has one entry per changed object, by field and place', async () => {
    const { root, run, apply } = await aShop()
    await apply()
    write(root, 'worker.yaml', worker().replace('Worker', 'Night shift'))
    expect(document(await run('plan', '-o', 'json'))).toMatchObject({
      changes: [
        {
          action: 'update',
          address: 'Application/acme/worker',
          fields: [{ path: 'displayName', before: 'Worker', after: 'Night shift' }],
          secrets: [],
          origin: { file: 'worker.yaml', line: 5 },
        },
      ],
    })
  })

  test('a new value of a secret is a change, though no document changed', async () => {
    const files = aProject({ 'worker.yaml': worker('{ fromEnv: WORKER_SECRET }') })
    const { root, env } = await aShop(files)
    const withSecret = (value: string, ...words: string[]) =>
      tokenidpHere([...words, '-C', root], { env: { ...env, WORKER_SECRET: value } })
    await withSecret('canary-one', 'apply', '--auto-approve')
    const ran = await withSecret('canary-two', 'plan', '-o', 'json')
    expect(document(ran)).toMatchObject({
      changes: [{ fields: [], secrets: [{ id: 'first', action: 'set' }] }],
    })
    expect(ran.stdout + ran.stderr).not.toContain('canary')
  })

  test('an object that is gone from the documents is deleted, and keeps its uid on return', async () => {
    const { root, run, apply, prune } = await aShop()
    await apply()
    write(root, 'alice.yaml', '')
    expect(document(await prune())).toMatchObject({
      revision: 2,
      changes: [{ action: 'delete', address: 'User/acme/alice' }],
    })
    write(root, 'alice.yaml', aProject()['alice.yaml'] ?? '')
    expect(document(await apply())).toMatchObject({ revision: 3 })
    expect(document(await run('plan', '-o', 'json'))).toMatchObject({ changes: [] })
  })

  test('a protected object is deleted only after its protection is taken away', async () => {
    const guarded = (protect: boolean): string =>
      worker().replace('spec:', `lifecycle:\n  protect: ${protect}\nspec:`)
    const { root, run, apply, prune } = await aShop(aProject({ 'worker.yaml': guarded(true) }))
    await apply()
    expect(document(await run('plan', '-o', 'json'))).toMatchObject({ changes: [] })
    write(root, 'worker.yaml', '')
    const planned = await run('plan')
    expect(planned).toMatchObject({ code: 0 })
    expect(planned.stdout).toMatch(/- Application\/acme\/worker.*\n +blocked: it is protected/)
    const refused = await prune()
    expect(refused.code).toBe(5)
    expect(refused.stderr).toMatch(/worker is protected.*\n +next: .*protect: false/)
    expect(document(await run('status', '-o', 'json'))).toMatchObject({ revision: 1 })

    write(root, 'worker.yaml', guarded(false))
    expect(document(await apply())).toMatchObject({
      changes: [{ action: 'update', fields: [{ path: 'lifecycle.protect', after: false }] }],
    })
    write(root, 'worker.yaml', '')
    expect(document(await prune())).toMatchObject({ changes: [{ action: 'delete' }] })
  })

  test('another environment is refused', async () => {
    const { root, run, apply } = await aShop()
    await apply()
    const files = aProject()['tokenidp.yaml'] ?? ''
    write(root, 'tokenidp.yaml', files.replace('name: dev', 'name: staging'))
    const ran = await run('apply', '--auto-approve')
    expect(ran.code).toBe(5)
    expect(ran.stderr).toMatch(/belongs to environment "dev" \(dev\), not to "staging"/)
  })

  test('a clientId is frozen', async () => {
    const { root, run, apply } = await aShop()
    await apply()
    write(root, 'worker.yaml', worker().replace('clientId: worker', 'clientId: worker-2'))
    expect(await run('plan')).toMatchObject({ code: 5 })
  })

  test('of several applies at once each base is used once', async () => {
    const { root, run, apply, env } = await aShop()
    await apply()
    const copies = Array.from({ length: 3 }, (_, index) => {
      const copy = project(
        aProject({ 'worker.yaml': worker().replace('Worker', `Worker ${index}`) }),
      )
      return tokenidp(['apply', '--auto-approve', '-C', copy, '-o', 'json'], { env })
    })
    const codes = (await Promise.all(copies)).map(({ code }) => code)
    expect(codes.every((code) => code === 0 || code === 4)).toBe(true)
    const won = codes.filter((code) => code === 0).length
    expect(won).toBeGreaterThan(0)
    const status = document(await run('status', '-o', 'json'))
    expect(status).toMatchObject({ revision: 1 + won })
    expect(existsSync(root)).toBe(true)
  })

  describe('generated secrets', () => {
    test('need a place before anything begins', async () => {
      const { run } = await aShop(generated())
      const ran = await run('apply', '--auto-approve')
      expect(ran.code).toBe(64)
      expect(ran.stderr).toContain('--secrets-out file:')
      expect(document(await run('status', '-o', 'json'))).toMatchObject({ revision: 0 })
    })

    test('are told once, in a file for their owner alone', async () => {
      const { root, run } = await aShop(generated())
      const out = join(root, 'secrets.json')
      const ran = await run('apply', '--auto-approve', '--secrets-out', `file:${out}`)
      expect(ran.code).toBe(0)
      const [secret] = JSON.parse(readFileSync(out, 'utf8')).secrets
      expect(secret).toMatchObject({ address: 'Application/acme/worker', id: 'first' })
      expect(Buffer.from(secret.value, 'base64url')).toHaveLength(32)
      expect(statSync(out).mode & 0o777).toBe(0o600)
      expect(ran.stdout + ran.stderr).not.toContain(secret.value)
      expect(document(await run('plan', '-o', 'json'))).toMatchObject({ changes: [] })
    })

    test('never replace a file', async () => {
      const { root, run } = await aShop(generated())
      write(root, 'secrets.json', 'precious')
      const target = `file:${join(root, 'secrets.json')}`
      expect(await run('apply', '--auto-approve', '--secrets-out', target)).toMatchObject({
        code: 64,
      })
      expect(readFileSync(join(root, 'secrets.json'), 'utf8')).toBe('precious')
    })
  })
})
