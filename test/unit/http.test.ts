import { once } from 'node:events'
import { createServer, request as httpRequest, IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bareExpress } from '../../src/http/express.ts'
import { openDoor } from '../support/door.ts'

let door: Awaited<ReturnType<typeof openDoor>>
beforeAll(async () => {
  door = await openDoor()
})
afterAll(() => door.close())

interface Call {
  readonly method?: string
  readonly path: string
  readonly headers?: Record<string, string>
  readonly body?: string
}

/** Unlike fetch, it may say any Host and follows nothing. */
const call = ({ method = 'GET', path, headers = {}, body }: Call) =>
  new Promise<{ status: number; headers: Record<string, unknown>; body: string }>(
    (resolve, reject) => {
      const outgoing = httpRequest(
        `${door.origin}${path}`,
        { method, headers },
        async (response) => {
          const chunks: Buffer[] = []
          for await (const chunk of response) chunks.push(chunk)
          const text = Buffer.concat(chunks).toString()
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text })
        },
      )
      outgoing.on('error', reject)
      outgoing.end(body)
    },
  )

const CALLBACK = 'https://spa.example/callback'
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

describe('an address', () => {
  test.for([
    { path: '/healthz', status: 200 },
    { path: '/readyz', status: 200 },
    { path: '/acme/.well-known/openid-configuration', status: 200 },
    { path: '/acme/.well-known/oauth-authorization-server', status: 200 },
    { path: '/.well-known/openid-configuration/acme', status: 200 },
    { path: '/.well-known/oauth-authorization-server/acme', status: 200 },
    { path: '/acme/jwks', status: 200 },
    { path: '/acme/jwks.json', status: 200 },
    { path: '/acme/.well-known/jwks.json', status: 200 },
    { path: '/acme/assets/style.css', status: 200 },
    { path: '/nobody/token', status: 404 },
    { path: '/acme/nothing', status: 404 },
    { path: '/acme/jwks/', status: 404 },
    { path: '/hosted/jwks', status: 404 },
    { path: '/', status: 404 },
    { path: '/%', status: 404 },
  ])('$path answers $status', async ({ path, status }) => {
    const reply = await call({ path })
    expect(reply.status).toBe(status)
    if (status === 404) expect(JSON.parse(reply.body).error).toBe('invalid_request')
  })

  test('a person sees a page where nothing is', async () => {
    const reply = await call({ path: '/acme/nothing', headers: { accept: 'text/html' } })
    expect(reply.status).toBe(404)
    expect(reply.headers['content-type']).toContain('text/html')
  })

  test.for([
    { host: 'login.hosted.example', path: '/jwks', status: 200 },
    { host: 'LOGIN.hosted.example:443', path: '/jwks', status: 200 },
    { host: 'old.hosted.example', path: '/jwks', status: 404 },
    { host: 'old.hosted.example', path: '/authorize?a=b', status: 308 },
    { host: 'evil.example', path: '/jwks', status: 404 },
  ])('on $host, $path answers $status', async ({ host, path, status }) => {
    const reply = await call({ path, headers: { host } })
    expect(reply.status).toBe(status)
    if (status === 308)
      expect(reply.headers.location).toBe('https://login.hosted.example/authorize?a=b')
  })
})

describe('a request that no endpoint should see', () => {
  test('405 names what is allowed', async () => {
    const reply = await call({ path: '/acme/token' })
    expect([reply.status, reply.headers.allow]).toEqual([405, 'POST'])
    const put = await call({ path: '/acme/jwks', method: 'PUT' })
    expect([put.status, put.headers.allow]).toEqual([405, 'GET, HEAD'])
  })

  test('415 for another type than a form', async () => {
    const headers = { 'content-type': 'application/json' }
    const reply = await call({ path: '/acme/token', method: 'POST', headers, body: '{}' })
    expect(reply.status).toBe(415)
  })

  test.for(['announced', 'chunked'])('413 beyond 64 KiB, %s', async (how) => {
    const body = `a=${'x'.repeat(65_536)}`
    const headers = how === 'chunked' ? { ...FORM, 'transfer-encoding': 'chunked' } : FORM
    const reply = await call({ path: '/acme/token', method: 'POST', headers, body })
    expect(reply.status).toBe(413)
  })

  test.for([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
  ])('403 for a form of ours sent from elsewhere: %o', async (from) => {
    const headers = { ...FORM, ...(from as Record<string, string>) }
    const reply = await call({ path: '/acme/login', method: 'POST', headers, body: 'a=b' })
    expect(reply.status).toBe(403)
  })

  test('HEAD is GET without the body', async () => {
    const get = await call({ path: '/acme/jwks' })
    const head = await call({ path: '/acme/jwks', method: 'HEAD' })
    expect([head.status, head.body]).toEqual([200, ''])
    expect(head.headers['content-length']).toBe(get.headers['content-length'])
  })
})

describe('headers', () => {
  test('every response is guarded', async () => {
    for (const path of ['/acme/jwks', '/acme/authorize', '/nobody', '/healthz']) {
      const { headers } = await call({ path })
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers['referrer-policy']).toBe('same-origin')
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
      expect(headers['x-powered-by']).toBeUndefined()
    }
  })

  test('over TLS browsers are told to stay there', async () => {
    const { headers } = await call({ path: '/jwks', headers: { host: 'login.hosted.example' } })
    expect(headers['strict-transport-security']).toMatch(/^max-age=\d+/)
  })

  test.for([
    { path: '/acme/jwks', origin: 'https://any.example', allowed: '*' },
    { path: '/acme/token', origin: 'https://spa.example', allowed: 'https://spa.example' },
    { path: '/acme/token', origin: 'https://spa.example.evil.example', allowed: undefined },
    { path: '/acme/token', origin: 'null', allowed: undefined },
    { path: '/acme/login', origin: 'https://spa.example', allowed: undefined },
  ])('CORS: $origin at $path gets $allowed, also on errors', async ({ path, origin, allowed }) => {
    const reply = await call({ path, method: 'OPTIONS', headers: { origin } })
    expect(reply.headers['access-control-allow-origin']).toBe(allowed)
    const failing = await call({ path, method: 'DELETE', headers: { origin } })
    expect(failing.status).toBe(405)
    expect(failing.headers['access-control-allow-origin']).toBe(allowed)
    expect(failing.headers['access-control-allow-credentials']).toBeUndefined()
  })
})

describe('RFC 6749 §4.1.2.1 an authorization request that may not redirect', () => {
  test.for([
    { when: 'nothing is sent', query: '' },
    { when: 'the client is unknown', query: `client_id=no&redirect_uri=${CALLBACK}` },
    { when: 'the address is longer', query: `client_id=spa&redirect_uri=${CALLBACK}/more` },
    { when: 'an escape is broken', query: 'client_id=%' },
    { when: 'a flow is unknown', query: 'interaction=unknown' },
  ])('is a page when $when', async ({ query }) => {
    const reply = await call({ path: `/acme/authorize?${query}` })
    expect(reply.status).toBe(400)
    expect(reply.headers.location).toBeUndefined()
    expect(reply.headers['content-type']).toContain('text/html')
  })
})

describe('requests and responses that are born with what Express gives them', () => {
  const { app, bornIn } = bareExpress()
  const prototypes = (...things: readonly object[]) => things.map(Object.getPrototypeOf)

  test('come from Node and carry all that Express has', () => {
    expect(bornIn).toBeDefined()
    expect(app.request).toBe(bornIn?.IncomingMessage.prototype)
    expect(app.response).toBe(bornIn?.ServerResponse.prototype)
    expect(Object.getPrototypeOf(app.request)).toBe(IncomingMessage.prototype)
    expect(Object.getPrototypeOf(app.response)).toBe(ServerResponse.prototype)
    for (const [born, given] of [
      [app.request, express.request],
      [app.response, express.response],
    ] as const)
      expect(Object.getOwnPropertyDescriptors(born)).toMatchObject(
        Object.getOwnPropertyDescriptors(given),
      )
  })

  test('have before Express sees them what they have after it', async () => {
    const seen: unknown[][] = []
    app.use((incoming, outgoing) => {
      seen.push(prototypes(incoming, outgoing))
      outgoing.end()
    })
    const server = createServer({ ...bornIn }, (incoming, outgoing) => {
      seen.push(prototypes(incoming, outgoing))
      app(incoming, outgoing)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200)
    server.closeAllConnections()
    server.close()
    const born = [app.request, app.response]
    expect(seen).toHaveLength(2)
    for (const pair of seen)
      for (const [index, each] of pair.entries()) expect(each).toBe(born[index])
  })
})
