import { once } from 'node:events'
import { createServer } from 'node:net'
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { document, project, running, tokenidp, write } from '../support/cli.ts'
import { databases } from '../support/databases.ts'
import { aProject, worker } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'

const key = (byte: number): string => Buffer.alloc(32, byte).toString('base64')

/** A worker's token from whoever serves at this issuer. */
async function tokenFrom(issuer: string, secret = 'worker-secret'): Promise<Response> {
  return fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`worker:${secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })
}

async function verified(issuer: string): Promise<unknown> {
  const { access_token } = await (await tokenFrom(issuer)).json()
  const keys = createRemoteJWKSet(new URL(`${issuer}/jwks.json`))
  const { payload } = await jwtVerify(access_token, keys, {
    issuer,
    audience: 'https://api.acme.example',
    typ: 'at+jwt',
  })
  return payload
}

async function takenPort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { address: `127.0.0.1:${address.port}`, free: () => server.close() }
}

async function freeAddress(): Promise<string> {
  const { address, free } = await takenPort()
  free()
  return address
}

describe.each(databases)('serve on $engine', ({ newDatabase }) => {
  async function aShop() {
    const root = project(aProject())
    const env = {
      TOKENIDP_DATABASE_URL: await newDatabase(root),
      TOKENIDP_MASTER_KEY: key(1),
    }
    const run = (...words: string[]) => tokenidpHere([...words, '-C', root], { env })
    const address = await freeAddress()
    const words = ['serve', '--listen', address, '--public-url', `http://${address}`, '-C', root]
    return { root, env, run, words, address, serve: () => running(words, { env }) }
  }

  test('boots from the database, follows it, and stops cleanly', async () => {
    const { root, run, serve, address } = await aShop()
    await run('apply', '--auto-approve')
    const server = serve()
    await server.says(/Serving revision 1: http/)
    const issuer = `http://${address}/acme`
    expect(await verified(issuer)).toMatchObject({ sub: 'worker', scope: 'orders:read' })

    expect(document(await run('status', '-o', 'json'))).toMatchObject({
      servers: [{ activeRevision: 1, state: 'serving' }],
    })

    write(root, 'worker.yaml', worker('another-secret'))
    await run('apply', '--auto-approve')
    await server.says(/serving a new revision/)
    expect((await tokenFrom(issuer)).status).toBe(401)
    expect((await tokenFrom(issuer, 'another-secret')).status).toBe(200)

    server.kill('SIGTERM')
    expect(await server.exited).toBe(0)
    expect(document(await run('status', '-o', 'json'))).toMatchObject({ servers: [] })
    expect(server.output()).toContain('"code":"invalid_client"')
    expect(server.output()).not.toMatch(/worker-secret|another-secret/)
  })

  test('follows a rotation of keys, and tokens from before still verify', async () => {
    const { run, serve, address } = await aShop()
    await run('apply', '--auto-approve')
    const server = serve()
    await server.says(/Serving revision/)
    const issuer = `http://${address}/acme`
    const newToken = async () => (await (await tokenFrom(issuer)).json()).access_token
    const kidNow = async () => decodeProtectedHeader(await newToken()).kid
    const before = await newToken()
    const rotated = document(await run('keys', 'rotate', 'acme', '--now', '-o', 'json'))
    expect(rotated).toMatchObject({ kind: 'KeyRotation' })
    await expect.poll(kidNow).not.toBe(decodeProtectedHeader(before).kid)
    const keys = createRemoteJWKSet(new URL(`${issuer}/jwks.json`))
    await expect(jwtVerify(before, keys)).resolves.toMatchObject({
      payload: { sub: 'worker' },
    })
  })

  test('says what to run when nothing is applied', async () => {
    const { run } = await aShop()
    const ran = await run('serve', '--listen', '127.0.0.1:0')
    expect(ran.code).toBe(1)
    expect(ran.stderr).toMatch(/nothing is applied.*next: tokenidp apply/s)
  })

  test('the wrong master key is told by its id', async () => {
    const { run, words, env, serve } = await aShop()
    await run('apply', '--auto-approve')
    const first = serve()
    await first.says(/Serving/)
    first.kill('SIGTERM')
    await first.exited
    const ran = await tokenidp(words, { env: { ...env, TOKENIDP_MASTER_KEY: key(2) } })
    expect(ran.code).toBe(78)
    expect(ran.stderr).toMatch(/sealed under master key [\w-]{12}, and this is [\w-]{12}/)
    expect(ran.stderr).not.toContain(key(2))
  })
})

describe('serve refuses to start', () => {
  const root = (): string => project(aProject())

  test.for([
    { when: 'there is no master key', env: {}, says: /openssl rand -base64 32/ },
    { when: 'it is too short', env: { TOKENIDP_MASTER_KEY: 'c2hvcnQ=' }, says: /not 32 bytes/ },
    {
      when: 'its file is absent',
      env: { TOKENIDP_MASTER_KEY_FILE: '/no' },
      says: /cannot be read/,
    },
  ])('with 78 when $when', async ({ env, says }) => {
    const ran = await tokenidpHere(['serve', '-C', root()], { env })
    expect(ran.code).toBe(78)
    expect(ran.stderr).toMatch(says)
  })

  test('with 1 when the port is taken, and says by which address', async () => {
    const { address, free } = await takenPort()
    const env = { TOKENIDP_MASTER_KEY: key(1) }
    const ran = await tokenidp(['serve', '--listen', address, '-C', root()], { env })
    free()
    expect(ran.code).toBe(1)
    expect(ran.stderr).toMatch(new RegExp(`${address} is taken.*next: .*--listen`, 's'))
  })

  test('with 64 when one half of the TLS identity is missing', async () => {
    const env = { TOKENIDP_MASTER_KEY: key(1) }
    const words = ['serve', '--listen', '127.0.0.1:0', '--tls-cert', 'cert.pem', '-C', root()]
    expect(await tokenidpHere(words, { env })).toMatchObject({ code: 64 })
  })
})
