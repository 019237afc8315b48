import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { isKnownKey } from '../../src/cli/master-key/known-key.ts'
import { project, write } from '../support/cli.ts'
import { MASTER_KEY } from '../support/command.ts'
import { aProject, worker } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'

/** Two of them from NIST SP 800-38A and RFC 7516. */
const KNOWN = {
  zeros: Buffer.alloc(32),
  sevens: Buffer.alloc(32, 7),
  'a row': Buffer.from(Array.from({ length: 32 }, (_, index) => index)),
  'a row backwards': Buffer.from(Array.from({ length: 32 }, (_, index) => 250 - 3 * index)),
  'a word twice': Buffer.from('0123456789abcdef0123456789abcdef'),
  'a sentence': Buffer.from('youReallyNeedToChangeThisKeyNow!'),
  'a pattern': Buffer.from('deadbeef'.repeat(8), 'hex'),
  'the key of test vectors': Buffer.from(
    '603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4',
    'hex',
  ),
  'the key of an RFC': Buffer.from(
    'b1a1f480548fe1733fb403ff6b9ad4f68a076e5b702e22692f82cb2e7aea40fc',
    'hex',
  ),
}

test.for(Object.entries(KNOWN))('%s is no master key', ([, bytes]) => {
  expect(isKnownKey(bytes)).toBe(true)
})

test('what chance makes is one', () => {
  const drawn = Array.from({ length: 1000 }, () => randomBytes(32))
  expect(drawn.filter(isKnownKey)).toEqual([])
})

describe('a master key that everybody knows', () => {
  const known = KNOWN['a word twice'].toString('base64')
  const production = (text: string): string =>
    text.replace(/kind: dev\n.*/, 'kind: production\n  publicUrl: https://id.example.com')

  const sealed = worker('{ fromEnv: WORKER }').replace(
    'clientAuth:\n',
    'clientAuth:\n    method: client_secret_jwt\n',
  )
  const env = { WORKER: 'a-secret-of-at-least-32-characters' }

  function aShop(isProduction: boolean): string {
    const { 'alice.yaml': _, ...files } = aProject({ 'worker.yaml': sealed })
    const settings = files['tokenidp.yaml'] ?? ''
    return project({ ...files, 'tokenidp.yaml': isProduction ? production(settings) : settings })
  }

  const run = (root: string, words: string, key: string) =>
    tokenidpHere([...words.split(' '), '-C', root], { env: { ...env, TOKENIDP_MASTER_KEY: key } })

  test('78 from apply, serve and keys in production', async () => {
    const root = aShop(true)
    const applied = await run(root, 'apply --auto-approve', known)
    expect(applied).toMatchObject({ code: 78, stdout: '' })
    expect(applied.stderr).toMatch(/is none that chance made[\s\S]*next: .*openssl rand -base64 32/)
    expect(applied.stderr).not.toContain(known)
    expect(await run(root, 'apply --auto-approve', MASTER_KEY)).toMatchObject({ code: 0 })
    for (const words of ['serve --listen 127.0.0.1:0', 'keys rotate acme']) {
      const ran = await run(root, words, known)
      expect(ran, words).toMatchObject({ code: 78 })
      expect(ran.stderr, words).toContain('is none that chance made')
    }
  })

  test('is taken in a dev environment', async () => {
    const root = aShop(false)
    write(root, 'alice.yaml', '')
    expect(await run(root, 'apply --auto-approve', known)).toMatchObject({ code: 0 })
  })
})
