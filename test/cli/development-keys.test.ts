import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isForDevelopment } from '../../src/base/seal.ts'
import { openStore } from '../../src/store/open.ts'
import { selfSigned } from '../support/certificate.ts'
import { project, running } from '../support/cli.ts'
import { MASTER_KEY } from '../support/command.ts'
import { databases } from '../support/databases.ts'
import { aProject } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'
import { aKeyActor } from '../support/rows.ts'
import { testRandom } from '../support/stores.ts'

const inProduction = () => {
  const { 'tokenidp.yaml': settings = '', 'acme.yaml': acme = '' } = aProject()
  const publicUrl = 'kind: production\n  publicUrl: https://id.example.com'
  return project({
    'tokenidp.yaml': settings.replace(/kind: dev\n.*/, publicUrl),
    'acme.yaml': acme,
  })
}

/** What `dev` made on somebody's machine, and the key that seals it. */
async function developed() {
  const root = project(aProject())
  const server = running(['dev', '--listen', '127.0.0.1:0', '-C', root])
  await server.says(/curl -u/)
  server.kill('SIGTERM')
  await server.exited
  const masterKeyFile = join(root, '.tokenidp', 'master.key')
  const keys = await keysIn(`sqlite:${join(root, '.tokenidp', 'tokenidp.db')}`)
  return { root, keys, masterKeyFile }
}

async function keysIn(url: string) {
  const store = await openStore(url, { schema: 'require', random: testRandom })
  const keys = await store.tenant(await tenantIn(store)).keys.list()
  await store.close()
  return keys
}

async function tenantIn(store: Awaited<ReturnType<typeof openStore>>): Promise<string> {
  const { objects } = await store.config.live()
  return objects.find(({ kind }) => kind === 'Tenant')?.uid ?? ''
}

describe.each(databases)('outside kind: dev, on $engine', ({ newDatabase }) => {
  test('serve takes neither the master key nor a key that dev made', {
    timeout: 60_000,
  }, async () => {
    const { root: home, keys, masterKeyFile } = await developed()
    expect(keys.length).toBeGreaterThan(0)
    expect(keys.every(({ sealedPrivate }) => isForDevelopment(sealedPrivate))).toBe(true)
    const again = running(['serve', '--listen', '127.0.0.1:0', '-C', home], {
      env: { TOKENIDP_MASTER_KEY_FILE: masterKeyFile },
    })
    await again.says(/Serving revision 1/)

    const root = inProduction()
    const ofDev = { TOKENIDP_DATABASE_URL: `sqlite:${home}/.tokenidp/tokenidp.db` }
    for (const words of ['apply --auto-approve', 'serve -e production --listen 127.0.0.1:0']) {
      const env = { ...ofDev, TOKENIDP_MASTER_KEY: MASTER_KEY }
      const refused = await tokenidpHere(words.split(' '), { cwd: root, env })
      expect([refused.code, refused.stderr]).toEqual([
        5,
        expect.stringMatching(/this database belongs to environment "dev" \(dev\), not to "\w+"/),
      ])
    }
    const url = await newDatabase(root)
    const env = { TOKENIDP_DATABASE_URL: url }
    const applied = await tokenidpHere(['apply', '--auto-approve', '-C', root], { env })
    expect(applied, applied.stderr).toMatchObject({ code: 0 })
    const serve = (key: Record<string, string>) =>
      tokenidpHere(['serve', '--listen', '127.0.0.1:0', '-C', root], { env: { ...env, ...key } })
    const byFile = await serve({ TOKENIDP_MASTER_KEY_FILE: masterKeyFile })
    expect(byFile.code).toBe(78)
    expect(byFile.stderr).toMatch(
      /made by tokenidp dev, and environment .* is for production\n +next: /,
    )
    const imported = await tokenidpHere(['keys', 'import', 'acme', '-', '-C', root], {
      env: { ...env, TOKENIDP_MASTER_KEY_FILE: masterKeyFile },
      input: selfSigned().key,
    })
    expect(imported).toMatchObject({ code: 78, stderr: expect.stringContaining('made by') })

    const store = await openStore(url, { schema: 'require', random: testRandom })
    const uid = await tenantIn(store)
    for (const key of keys) await store.tenant(uid).keys.insert(key, aKeyActor())
    await store.close()
    const text = readFileSync(masterKeyFile, 'utf8').replace('dev~', '')
    const carried = await serve({ TOKENIDP_MASTER_KEY: text })
    expect(carried.code).toBe(5)
    expect(carried.stderr).toMatch(
      /key [\w-]{43} of tenant "acme" was made for development.*\n +next: /,
    )
  })
})
