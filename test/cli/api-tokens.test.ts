import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { document, project } from '../support/cli.ts'
import { aProject, worker } from '../support/documents.ts'
import { everyRow } from '../support/every-row.ts'
import { tokenidpHere } from '../support/in-process.ts'

const DAY = 86_400
const NOW = 1_800_000_000
const TOKEN = /\b[\w-]{51}\b/
const CREATE = ['api-tokens', 'create', 'acme', 'worker', '--resource', 'orders-api']

/** Other applications that must not have any. */
const others = {
  'spa.yaml': worker()
    .replace('name: worker', 'name: spa')
    .replace('clientId: worker', 'clientId: spa')
    .replace('type: machine', 'type: spa\n  redirectUris: [https://spa.example/cb]')
    .replace(/ {2}clientAuth:[\s\S]*$/, ''),
  'off.yaml': worker('off-secret')
    .replace('name: worker', 'name: off')
    .replace('clientId: worker', 'clientId: off\n  disabled: true'),
  'idle.yaml': worker('idle-secret')
    .replace('name: worker', 'name: idle')
    .replace('clientId: worker', 'clientId: idle')
    .replace('scopes:\n    - orders:read', 'scopes: []'),
}

async function applied(files = {}) {
  const root = project(aProject(files))
  const url = `sqlite:${join(root, 'test.db')}`
  const env = { TOKENIDP_DATABASE_URL: url, TOKENIDP_ACTOR: 'ann' }
  const run = (words: readonly string[], nowMs = NOW * 1000) =>
    tokenidpHere(words, { cwd: root, env, nowMs })
  expect(await run(['apply', '--auto-approve'])).toMatchObject({ code: 0 })
  const listed = async (nowMs?: number) =>
    document(await run(['api-tokens', 'list', 'acme', '-o', 'json'], nowMs)).apiTokens
  return { root, url, run, listed }
}

describe('API tokens (reference systems C-05, C-06)', () => {
  test('one is shown once, and kept as a digest', async () => {
    const { run, url, listed } = await applied()
    const words = [...CREATE, '--scope', 'orders:read', '--name', 'nightly', '--ttl', '400d']
    const made = document(await run([...words, '-o', 'json']))
    expect(made.token).toMatch(TOKEN)
    const known = {
      name: 'nightly',
      application: 'worker',
      resource: 'https://api.acme.example',
      scopes: ['orders:read'],
      state: 'active',
      createdAt: NOW,
      createdBy: 'ann',
      expiresAt: NOW + 400 * DAY,
      revokedAt: null,
    }
    expect(await listed()).toEqual([{ id: expect.any(String), ...known }])
    expect(await everyRow(url)).not.toContain(String(made.token))
    expect(await listed((NOW + 400 * DAY) * 1000)).toMatchObject([{ state: 'expired' }])
    expect(await run(['audit', '--verify'])).toMatchObject({ code: 0 })
  })

  test('by its identifier, with all scopes there and for 90 days, into a file', async () => {
    const { run, root } = await applied()
    const words = CREATE.with(-1, 'https://api.acme.example')
    const ran = await run([...words, '--out', 'file:token.json'])
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('2027-04-15T') })
    expect(ran.stdout).not.toMatch(TOKEN)
    const path = join(root, 'token.json')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const [secret] = JSON.parse(readFileSync(path, 'utf8')).secrets
    expect(secret).toMatchObject({ id: 'token', value: expect.stringMatching(TOKEN) })
    const again = await run([...words, '--out', 'file:token.json'])
    expect([again.code, again.stderr]).toEqual([64, expect.stringContaining('in --out')])
  })

  test('is revoked by its id, once', async () => {
    const { run, listed } = await applied()
    const { apiToken } = document(await run([...CREATE, '-o', 'json'])) as {
      apiToken: { id: string }
    }
    const revoke = ['api-tokens', 'revoke', 'acme', apiToken.id]
    expect(await run(revoke)).toMatchObject({ code: 0, stdout: `Revoked ${apiToken.id}.\n` })
    expect(await listed()).toMatchObject([{ state: 'revoked', revokedAt: NOW }])
    expect(await run(revoke)).toMatchObject({ code: 1 })
    const audit = await run(['audit', '--object', `ApiToken/acme/${apiToken.id}`])
    expect(audit.stdout).toMatch(/api-token\.revoke[\s\S]*api-token\.create/)
  })

  test('what cannot be is refused, and nothing is made', async () => {
    const { run, listed } = await applied(others)
    const create = (app: string, ...more: readonly string[]) => [
      ...['api-tokens', 'create', 'acme', app, '--resource', 'orders-api'],
      ...more,
    ]
    for (const { words, code, says } of [
      { words: create('wroker'), code: 1, says: /did you mean worker/ },
      { words: create('spa'), code: 1, says: /cannot keep an API token/ },
      { words: create('off'), code: 1, says: /off is disabled/ },
      { words: create('idle'), code: 1, says: /list one of orders:read/ },
      {
        words: create('worker', '--scope', 'openid'),
        code: 1,
        says: /does not have a scope "openid"/,
      },
      { words: create('worker', '--scope', ' '), code: 1, says: /no scope of orders-api/ },
      { words: create('worker', '--resource', 'orders'), code: 1, says: /no resource "orders"/ },
      { words: create('worker', '--ttl', '401d'), code: 64, says: /from 1s to 400d/ },
      { words: create('worker', '--ttl', '0s'), code: 64, says: /from 1s to 400d/ },
      { words: create('worker', '--ttl', 'long'), code: 64, says: /length of time/ },
      { words: create('worker', '--name', ' '), code: 64, says: /1 to 100 characters/ },
      { words: create('worker', '--out', 'token.json'), code: 64, says: /--out takes file:/ },
      { words: CREATE.slice(0, 4), code: 64, says: /--resource/ },
      { words: ['api-tokens', 'list', 'acne'], code: 1, says: /did you mean acme/ },
      { words: ['api-tokens', 'list', 'acme', '--app', 'x'], code: 1, says: /no application "x"/ },
    ]) {
      const ran = await run(words)
      expect([ran.code, says.test(ran.stderr)], `${words.join(' ')}\n${ran.stderr}`).toEqual([
        code,
        true,
      ])
    }
    expect(await listed()).toEqual([])
    expect((await run(['api-tokens', 'list', 'acme'])).stdout).toBe('There are no API tokens.\n')
  })
})
