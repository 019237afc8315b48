import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from 'vitest'
import type { Log } from '../../src/base/log.ts'
import { ERROR_CODES } from '../../src/oauth/errors.ts'
import { type Door, openDoor } from '../support/door.ts'

const lines: Record<string, unknown>[] = []
const note = (message: string, fields?: object) => void lines.push({ message, ...fields })
const log: Log = { info: note, warn: note, error: note }

let door: Door
const open = async (options = {}) => {
  lines.length = 0
  door = await openDoor({ log, ...options })
}
afterEach(() => door.close())

interface Call {
  readonly path: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

const call = ({ path, ...init }: Call) =>
  fetch(`${door.origin}${path}`, { redirect: 'manual', ...init })

describe('RFC 6749 §5.2 error_uri', () => {
  test('each code has a page in plain words, with the section that defines it', async () => {
    await open()
    const index = await (await call({ path: '/acme/docs/errors' })).text()
    for (const code of ERROR_CODES) {
      expect(index).toContain(`href="/acme/docs/errors/${code}"`)
      const page = await call({ path: `/acme/docs/errors/${code}` })
      expect(page.status, code).toBe(200)
      expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
      const html = await page.text()
      for (const part of [
        code,
        'Usual causes',
        'What to do',
        'Defined in',
        '/acme/assets/style.css',
      ])
        expect(html).toContain(part)
    }
  })

  test.for([
    { what: 'a refusal', path: '/acme/token', method: 'POST', home: () => door.issuer },
    { what: 'a wrong method', path: '/acme/token', home: () => door.issuer },
    { what: 'a tenant without such a place', path: '/acme/nothing', home: () => door.issuer },
    { what: 'no tenant', path: '/nobody/token', home: () => door.origin },
    { what: 'a wrong method of health', path: '/healthz', method: 'POST', home: () => door.origin },
  ])('$what leads to its page', async ({ path, method = 'GET', home }) => {
    await open()
    const { error, error_uri } = await (await call({ path, method })).json()
    expect(error_uri).toBe(`${home()}/docs/errors/${error}`)
    const page = await fetch(error_uri)
    expect(page.status).toBe(200)
    expect(await page.text()).toContain(`<code>${error}</code>`)
  })

  test.for(['/acme/docs/errors/nothing', '/docs/errors/nothing', '/acme/docs', '/docs'])(
    'there is no %s',
    async (path) => {
      await open()
      expect((await call({ path })).status).toBe(404)
    },
  )
})

describe('a page that says no carries the reference of the log', () => {
  const html = { accept: 'text/html' }
  const FORM = { ...html, 'content-type': 'application/x-www-form-urlencoded' }
  test.for<Call & { readonly status: number }>([
    { path: '/nobody', headers: html, status: 404 },
    { path: '/acme/nothing', headers: html, status: 404 },
    { path: '/acme/login', method: 'PUT', status: 405 },
    {
      path: '/acme/login',
      method: 'POST',
      headers: { ...FORM, origin: 'https://evil.example' },
      body: 'a=b',
      status: 403,
    },
    {
      path: '/acme/login',
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: 'a',
      status: 415,
    },
    {
      path: '/acme/login',
      method: 'POST',
      headers: FORM,
      body: `a=${'x'.repeat(70_000)}`,
      status: 413,
    },
    { path: '/acme/login', status: 400 },
    { path: '/acme/authorize', status: 400 },
    { path: '/acme/logout?id_token_hint=x', status: 400 },
  ])('$method $path: $status', async ({ status, ...asked }) => {
    await open()
    const answer = await call(asked)
    expect(answer.status).toBe(status)
    const [, reference] = /reference: <code>([\w-]+)<\/code>/.exec(await answer.text()) ?? []
    expect(lines).toMatchObject([{ reference, clientAddress: '127.0.0.1' }])
  })

  test('429 as well', async () => {
    await open({ rateLimits: { signIn: 1, pages: 1, unproven: 1, documents: 1 } })
    await call({ path: '/acme/logout' })
    const answer = await call({ path: '/acme/logout' })
    expect(answer.status).toBe(429)
    const [, reference] = /reference: <code>([\w-]+)<\/code>/.exec(await answer.text()) ?? []
    expect(lines).toMatchObject([{ reference, budget: 'pages' }])
  })
})

describe('what is not HTTP', () => {
  /** The answer to these bytes, up to its end. */
  const say = async (bytes: string) => {
    const socket = connect(Number(new URL(door.origin).port), '127.0.0.1')
    socket.end(bytes)
    return text(socket)
  }

  test.for([
    { what: 'garbage', bytes: 'hello\r\n\r\n', status: 400 },
    { what: 'a header without a colon', bytes: 'GET / HTTP/1.1\r\nhost x\r\n\r\n', status: 400 },
    {
      what: 'two lengths',
      bytes: 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n',
      status: 400,
    },
    {
      what: 'a length and chunks',
      bytes:
        'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n',
      status: 400,
    },
    { what: 'NUL in a header', bytes: 'GET / HTTP/1.1\r\nhost: x\r\na: \0\r\n\r\n', status: 400 },
    {
      what: 'headers without end',
      bytes: `GET / HTTP/1.1\r\nhost: x\r\na: ${'x'.repeat(20_000)}\r\n\r\n`,
      status: 431,
    },
  ])('$what is answered $status in JSON, without a stack', async ({ bytes, status }) => {
    await open()
    const [head = '', body = ''] = (await say(bytes)).split('\r\n\r\n')
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(head).toMatch(/content-type: application\/json/)
    expect(head).toMatch(/x-content-type-options: nosniff/)
    expect(JSON.parse(body)).toEqual({
      error: 'invalid_request',
      error_description: expect.stringMatching(/^[ -~]{10,60}$/),
      error_uri: `${door.origin}/docs/errors/invalid_request`,
    })
    expect(lines).toMatchObject([{ reference: expect.stringMatching(/^[\w-]{12}$/) }])
  })

  test('a header beyond 16 KiB in an honest request, too', async () => {
    await open()
    const status = await new Promise((resolve, reject) => {
      const headers = { cookie: 'x'.repeat(17_000) }
      httpRequest(`${door.issuer}/jwks.json`, { headers }, (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      })
        .on('error', reject)
        .end()
    })
    expect(status).toBe(431)
  })
})
