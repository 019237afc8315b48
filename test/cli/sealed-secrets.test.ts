import { randomUUID } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ASSERTION_TYPE, aClaimSet, signed } from '../support/assertion.ts'
import { document, project, write } from '../support/cli.ts'
import { MASTER_KEY } from '../support/command.ts'
import { databases } from '../support/databases.ts'
import { aProject, worker } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'
import { basic } from '../support/provider.ts'
import { serving } from '../support/serving.ts'

const SECRET = 'a-secret-of-at-least-32-bytes-which-is-long'
const OTHER_KEY = Buffer.alloc(32, 8).toString('base64')

const workerBy = (method: string, secret = SECRET): string =>
  worker(secret).replace('clientAuth:\n', `clientAuth:\n    method: ${method}\n`)

const grant = { grant_type: 'client_credentials', scope: 'orders:read' }
const post = async (issuer: string, form: Record<string, string>, headers = {}) =>
  (await fetch(`${issuer}/token`, { method: 'POST', body: new URLSearchParams(form), headers }))
    .status

/** How an application with this secret may prove itself, and the answers. */
async function answersTo(issuer: string, secret = SECRET) {
  const now = Math.floor(Date.now() / 1000)
  const times = { iat: now, exp: now + 60, jti: randomUUID() }
  const key = { alg: 'HS256', kid: 'secret', privateKey: Buffer.from(secret) }
  const client_assertion = await signed(aClaimSet('worker', issuer, times), key)
  const jwt = { ...grant, client_assertion_type: ASSERTION_TYPE, client_assertion }
  return {
    basic: await post(issuer, grant, basic('worker', secret)),
    jwt: await post(issuer, jwt),
  }
}
const BY_BASIC = { basic: 200, jwt: 401 }
const BY_JWT = { basic: 401, jwt: 200 }

describe('a secret that is to be sealed', () => {
  const apply = (root: string, env: Record<string, string>) =>
    tokenidpHere(['apply', '--auto-approve', '-C', root], { env })

  test.for([
    {
      when: 'there is none',
      env: {},
      says: /there is no master key: secrets of client_secret_jwt/,
    },
    { when: 'it is too short', env: { TOKENIDP_MASTER_KEY: 'c2hvcnQ=' }, says: /not 32 bytes/ },
    {
      when: 'its file is absent',
      env: { TOKENIDP_MASTER_KEY_FILE: '/no' },
      says: /cannot be read/,
    },
  ])('78 when a master key is needed and $when', async ({ env, says }) => {
    const root = project(aProject({ 'worker.yaml': workerBy('client_secret_jwt') }))
    const ran = await apply(root, env)
    expect(ran.code).toBe(78)
    expect(ran.stderr).toMatch(says)
    expect(ran.stderr).toMatch(/\n +next: /)
    expect(ran.stdout + ran.stderr).not.toContain(SECRET)
  })

  test.for([
    { from: 'a variable', source: '{ fromEnv: SHORT }' },
    { from: 'a file', source: '{ fromFile: short.txt }' },
  ])('of 31 bytes from $from is told with its place', async ({ source }) => {
    const root = project(aProject({ 'worker.yaml': workerBy('client_secret_jwt', source) }))
    const applyWith = (secret: string) => {
      write(root, 'short.txt', `${secret}\n`)
      return apply(root, { TOKENIDP_MASTER_KEY: MASTER_KEY, SHORT: secret })
    }
    const short = 'x'.repeat(30)
    const ran = await applyWith(`${short}x`)
    expect(ran.code).toBe(3)
    expect(ran.stderr).toMatch(/error\[TIDP2043\]: .*fewer than 32 bytes\n +--> worker.yaml:1\d:/)
    expect(ran.stdout + ran.stderr).not.toContain(short)
    // Bytes are counted, not letters.
    expect(await applyWith(`${short}é`)).toMatchObject({ code: 0 })
  })
})

describe.each(databases)('secrets that are sealed on $engine', ({ newDatabase }) => {
  async function aShop(text = workerBy('client_secret_jwt')) {
    const root = project(aProject({ 'worker.yaml': text }))
    const databaseUrl = await newDatabase(root)
    const run = (env: Record<string, string>, ...words: string[]) =>
      tokenidpHere([...words, '-C', root], { env: { TOKENIDP_DATABASE_URL: databaseUrl, ...env } })
    const apply = (env: Record<string, string> = { TOKENIDP_MASTER_KEY: MASTER_KEY }) =>
      run(env, 'apply', '--auto-approve', '-o', 'json')
    const revision = async () => document(await run({}, 'status', '-o', 'json')).revision
    return { root, databaseUrl, run, apply, revision }
  }

  test('one application from basic to its secret’s signature and back', async () => {
    const { root, databaseUrl, apply } = await aShop(workerBy('client_secret_basic'))
    await apply()
    const server = await serving({ databaseUrl })
    onTestFinished(() => server.kill())
    const issuer = server.issuer('acme')
    expect(await answersTo(issuer)).toEqual(BY_BASIC)
    for (const [method, answers] of [
      ['client_secret_jwt', BY_JWT],
      ['client_secret_basic', BY_BASIC],
    ] as const) {
      write(root, 'worker.yaml', workerBy(method))
      const applied = await apply()
      expect(document(applied)).toMatchObject({
        changes: [{ secrets: [{ id: 'first', action: 'set' }] }],
      })
      expect(applied.stdout + applied.stderr).not.toContain(SECRET)
      await expect.poll(() => answersTo(issuer)).toEqual(answers)
    }
    await server.stop()
  })

  test('another master key than the server’s is refused with 78, and named', async () => {
    const { root, databaseUrl, apply, revision } = await aShop()
    await apply()
    const server = await serving({ databaseUrl })
    onTestFinished(() => server.kill())
    const next = SECRET.toUpperCase()
    write(root, 'worker.yaml', workerBy('client_secret_jwt', next))
    const ran = await apply({ TOKENIDP_MASTER_KEY: OTHER_KEY })
    expect(ran.code).toBe(78)
    expect(ran.stderr).toMatch(/sealed under master key [\w-]{12}, and this is [\w-]{12}/)
    expect(ran.stderr).not.toContain(OTHER_KEY)
    expect(await revision()).toBe(1)
    expect(await answersTo(server.issuer('acme'))).toEqual(BY_JWT)
    expect(await apply()).toMatchObject({ code: 0 })
    await expect.poll(() => answersTo(server.issuer('acme'), next)).toEqual(BY_JWT)
    await server.stop()
  })

  test('before anything is served, the right master key seals them again', async () => {
    const { databaseUrl, run, apply } = await aShop()
    expect(await apply({})).toMatchObject({ code: 78 })
    const first = await apply({ TOKENIDP_MASTER_KEY: OTHER_KEY })
    expect(document(first)).toMatchObject({ revision: 1 })
    const env = { TOKENIDP_MASTER_KEY: MASTER_KEY }
    const refused = await run(env, 'serve', '--listen', '127.0.0.1:0')
    expect(refused.code).toBe(78)
    expect(refused.stderr).toMatch(/worker.*sealed under master key [\w-]{12}, and this is/)
    const again = { changes: [{ secrets: [{ id: 'first', action: 'set' }] }] }
    expect(document(await run(env, 'plan', '-o', 'json'))).toMatchObject(again)
    expect(document(await apply())).toMatchObject(again)
    // What is sealed already needs no key.
    expect(document(await apply({}))).toMatchObject({ revision: 2, changes: [] })
    const server = await serving({ databaseUrl })
    onTestFinished(() => server.kill())
    expect(await answersTo(server.issuer('acme'))).toEqual(BY_JWT)
    await server.stop()
  })
})
