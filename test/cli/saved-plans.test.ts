import { generateKeyPairSync } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { digest } from '../../src/base/digest.ts'
import { canonicalJson, type JsonObject } from '../../src/base/json.ts'
import { systemRandom } from '../../src/base/system.ts'
import { openStore } from '../../src/store/open.ts'
import { document, project, write } from '../support/cli.ts'
import { databases } from '../support/databases.ts'
import { aProject } from '../support/documents.ts'
import { type Around, tokenidpHere } from '../support/in-process.ts'
import { fromEnv, portable } from '../support/portable.ts'

const DAY_MS = 86_400_000

const aKey = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    pem: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    jwk: publicKey.export({ format: 'jwk' }),
  }
}

const signedBy = (...keys: readonly object[]): Record<string, string> => ({
  'tokenidp.yaml': (aProject()['tokenidp.yaml'] ?? '').replace(
    'name: shop\n',
    `name: shop\nspec: { signedPlans: { keys: ${JSON.stringify(keys)} } }\n`,
  ),
})

describe.each(databases)('saved plans on $engine', ({ newDatabase }) => {
  /** Documents, and any number of databases to apply them to. */
  async function aShop(files = portable()) {
    const root = project(files)
    const elsewhere = project({})
    const path = join(root, 'plan.json')
    const at = async (folder: string) => {
      const url = await newDatabase(folder)
      const env = { TOKENIDP_DATABASE_URL: url, WORKER_SECRET: 'canary-secret' }
      const run = (words: readonly string[], around: Around = {}) =>
        tokenidpHere(words, { cwd: elsewhere, ...around, env: { ...env, ...around.env } })
      return {
        url,
        run,
        save: (words: readonly string[] = [], around: Around = {}) =>
          run(['plan', '-C', root, '--out', path, ...words], around),
        /** In an empty folder, without a word of approval. */
        applySaved: (words: readonly string[] = [], around: Around = {}) =>
          run(['apply', path, '-o', 'json', ...words], around),
        apply: (words: readonly string[] = []) =>
          run(['apply', '-C', root, '--auto-approve', '-o', 'json', ...words]),
      }
    }
    const saved = (): JsonObject => JSON.parse(readFileSync(path, 'utf8'))
    /** With its fingerprint made anew, as somebody would who knows how. */
    const change = (members: JsonObject): void => {
      const { fingerprint: _fingerprint, signature: _signature, ...rest } = saved()
      const changed = { ...rest, ...members }
      writeFileSync(
        path,
        JSON.stringify({ ...changed, fingerprint: digest(canonicalJson(changed)) }),
      )
    }
    return { root, path, elsewhere, at, here: await at(root), saved, change }
  }

  test('are applied in an empty folder, and named in the history', async () => {
    const { path, elsewhere, here, saved } = await aShop()
    expect(await here.save()).toMatchObject({ code: 0 })
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const applied = await here.applySaved(['--message', 'as approved'])
    expect(applied).toMatchObject({ code: 0 })
    expect(document(applied)).toMatchObject({ kind: 'Apply', revision: 1, isConverged: true })
    expect(readdirSync(elsewhere)).toEqual([])
    const store = await openStore(here.url, { schema: 'inspect', random: systemRandom })
    const revision = await store.config.revision(1)
    await store.close()
    expect(revision).toMatchObject({
      planFingerprint: saved().fingerprint,
      actor: 'tester',
      reason: 'as approved',
    })
    expect(JSON.stringify(saved()) + applied.stdout).not.toContain('canary')
  })

  test('once approved are right for every database in the same state', async () => {
    const { at, here } = await aShop()
    const region = await at(project({}))
    await here.save()
    expect(await here.applySaved()).toMatchObject({ code: 0 })
    expect(await region.applySaved()).toMatchObject({ code: 0 })
  })

  test('that are applied already have nothing to do', async () => {
    const { here } = await aShop()
    await here.save()
    await here.applySaved()
    expect(document(await here.applySaved())).toMatchObject({ revision: 1, changes: [] })
  })

  test('go stale when what they were made from moves', async () => {
    const { root, here } = await aShop()
    await here.apply()
    write(root, 'worker.yaml', fromEnv.replace('Worker', 'Night shift'))
    await here.save()
    write(root, 'worker.yaml', fromEnv.replace('Worker', 'Day shift'))
    await here.apply()
    const ran = await here.applySaved()
    expect(ran.code).toBe(4)
    expect(ran.stderr).toMatch(
      /from revision 1, and revision 2 is live; .*Application\/acme\/worker/,
    )
    expect(document(await here.run(['status', '-o', 'json']))).toMatchObject({ revision: 2 })
  })

  test('are stale in a database in another state', async () => {
    const { at, here } = await aShop()
    const region = await at(project({}))
    await here.apply()
    await region.save()
    const ran = await here.applySaved([], { env: { WORKER_SECRET: 'another value' } })
    expect(ran.code).toBe(4)
    expect(ran.stderr).toContain('another state than the one it was made from')
  })

  test('do not let a secret change that was the same when they were saved', async () => {
    const { root, here } = await aShop()
    await here.apply()
    write(root, 'acme.yaml', (aProject()['acme.yaml'] ?? '').replace('Acme', 'Acme Ltd'))
    await here.save()
    const ran = await here.applySaved([], { env: { WORKER_SECRET: 'another value' } })
    expect(ran.code).toBe(4)
    expect(ran.stderr).toContain('Application/acme/worker would change too')
  })

  test('need the values that they name', async () => {
    const { here } = await aShop()
    await here.save()
    const ran = await here.applySaved([], { env: { WORKER_SECRET: '' } })
    expect(ran.code).toBe(3)
    expect(ran.stderr).toMatch(/WORKER_SECRET is empty\n +--> worker\.yaml:15/)
  })

  test('expire', async () => {
    const { here } = await aShop()
    await here.save(['--expires', '24h'])
    const inTime = Date.now() + DAY_MS - 60_000
    expect(await here.applySaved([], { nowMs: inTime + 120_000 })).toMatchObject({ code: 4 })
    expect(await here.applySaved([], { nowMs: inTime })).toMatchObject({ code: 0 })
  })

  test.for([
    { when: 'a member is changed', edit: (text: string) => text.replace('"prune"', '"purge"') },
    { when: 'its end is put off', edit: (text: string) => text.replace(/("expiresAt":)1/, '$12') },
    { when: 'a change is taken out', edit: (text: string) => text.replace('"create"', '"update"') },
  ])('are refused when $when', async ({ edit }) => {
    const { path, here } = await aShop()
    await here.save(['--prune'])
    const text = readFileSync(path, 'utf8')
    writeFileSync(path, edit(text))
    expect(edit(text)).not.toBe(text)
    const ran = await here.applySaved()
    expect(ran.code).toBe(5)
    expect(ran.stderr).toContain('was changed')
  })

  test('are refused when what they want is not what they say, whatever the fingerprint', async () => {
    const { here, change, at } = await aShop()
    const other = await aShop(portable({ 'worker.yaml': fromEnv.replace('Worker', 'Thief') }))
    await here.save()
    await other.here.save()
    const { desired = '', sourceDigest = '' } = other.saved()
    change({ desired })
    expect(await here.applySaved()).toMatchObject({ code: 5 })
    change({ desired, sourceDigest })
    expect(await here.applySaved()).toMatchObject({ code: 5 })
    change({ desired: 'AAAA' })
    expect(await here.applySaved()).toMatchObject({ code: 5 })
    expect(await at(project({}))).toBeDefined()
  })

  test('of another environment are refused', async () => {
    const { root, here } = await aShop()
    await here.apply()
    const staging = await aShop(
      portable({
        'tokenidp.yaml': (aProject()['tokenidp.yaml'] ?? '').replace('name: dev', 'name: staging'),
      }),
    )
    await staging.here.save()
    const ran = await here.run(['apply', staging.path])
    expect(ran.code).toBe(5)
    expect(ran.stderr).toContain('belongs to environment "dev"')
    await here.save()
    expect(await here.applySaved(['-e', 'staging'])).toMatchObject({ code: 5 })
    expect(root).not.toBe(staging.root)
  })

  describe('that must be signed', () => {
    test('are applied with a signature by a live key, and with no other', async () => {
      const [ours, theirs] = [aKey(), aKey()]
      const { root, here } = await aShop(portable(signedBy(ours.jwk)))
      const [key, other] = [ours, theirs].map(({ pem }, index) => {
        write(root, `key-${index}.pem`, pem)
        return { env: { TOKENIDP_PLAN_SIGNING_KEY_FILE: join(root, `key-${index}.pem`) } }
      })
      // Not enforced before it is live.
      await here.apply()
      write(root, 'acme.yaml', (aProject()['acme.yaml'] ?? '').replace('Acme', 'Acme Ltd'))

      const direct = await here.apply()
      expect(direct.code).toBe(5)
      expect(direct.stderr).toMatch(
        /only saved plans that are signed.*\n.*TOKENIDP_PLAN_SIGNING_KEY/,
      )

      await here.save()
      expect(await here.applySaved()).toMatchObject({ code: 5 })
      await here.save([], other)
      const wrong = await here.applySaved()
      expect(wrong.code).toBe(5)
      expect(wrong.stderr).toContain('by none of the keys')
      await here.save([], key)
      expect(document(await here.applySaved())).toMatchObject({ revision: 2 })
    })

    test('keep the rule when it is taken out of the documents', async () => {
      const { pem, jwk } = aKey()
      const { root, path, here, saved } = await aShop(portable(signedBy(jwk)))
      await here.apply()
      write(root, 'tokenidp.yaml', aProject()['tokenidp.yaml'] ?? '')
      expect(await here.apply()).toMatchObject({ code: 5 })
      write(root, 'key.pem', pem)
      await here.save([], { env: { TOKENIDP_PLAN_SIGNING_KEY_FILE: join(root, 'key.pem') } })
      const whole = saved()
      // The signature is over the fingerprint, so one of another plan is worth nothing.
      await here.save(['--expires', '1h'])
      writeFileSync(path, JSON.stringify({ ...saved(), signature: whole.signature ?? '' }))
      expect(await here.applySaved()).toMatchObject({ code: 5 })
      writeFileSync(path, JSON.stringify(whole))
      expect(await here.applySaved()).toMatchObject({ code: 0 })
      expect(await here.apply()).toMatchObject({ code: 0 })
    })
  })
})
