import { describe, expect, test } from 'vitest'
import { eachDoor } from '../support/each-door.ts'
import { basic, type Form } from '../support/provider.ts'

const SPA = 'https://spa.example'

/** T-38. Whatever the answer, a script of ours must be able to read it, and no other. */
eachDoor(({ door }) => {
  const ask = (path: string, init: RequestInit, origin?: string) =>
    fetch(`${door().issuer}${path}`, {
      ...init,
      headers: { ...init.headers, ...(origin !== undefined && { origin }) },
    })
  const form = (fields: Form, headers: Form = {}): RequestInit => ({
    method: 'POST',
    body: new URLSearchParams(fields),
    headers,
  })
  const machine = form(
    { grant_type: 'client_credentials', resource: 'https://api.acme.example' },
    basic('own'),
  )

  describe('who may read', () => {
    test.for([
      { origin: SPA, allowed: SPA, why: 'a redirect URI leads there' },
      { origin: 'https://cli.example', allowed: 'https://cli.example', why: 'it is listed' },
      { origin: 'https://off.example', allowed: null, why: 'the application is switched off' },
      { origin: 'https://web.example', allowed: null, why: 'that application is no spa' },
      { origin: 'https://spa.example:8443', allowed: null, why: 'the port differs' },
      { origin: 'http://spa.example', allowed: null, why: 'the scheme differs' },
      { origin: 'https://SPA.example', allowed: null, why: 'no browser writes it so' },
      { origin: 'https://spa.example/', allowed: null, why: 'that is no origin' },
      { origin: 'https://evil.spa.example', allowed: null, why: 'that is another host' },
      { origin: 'https://spa.example.evil.example', allowed: null, why: 'so is that' },
      { origin: 'null', allowed: null, why: 'a redirect URI of its own scheme has no origin' },
      { origin: '*', allowed: null, why: 'nobody is everybody' },
      { origin: undefined, allowed: null, why: 'no browser asks' },
    ])('$origin: $allowed, because $why', async ({ origin, allowed }) => {
      const { headers } = await ask('/token', machine, origin)
      expect(headers.get('access-control-allow-origin')).toBe(allowed)
      expect(headers.get('vary')).toBe('Origin')
      expect(headers.has('access-control-allow-credentials')).toBe(false)
    })
  })

  describe('what may be read', () => {
    test.for<{ path: string; init: RequestInit; status: number; allowed: string | null }>([
      { path: '/token', init: machine, status: 200, allowed: SPA },
      { path: '/token', init: form({}), status: 401, allowed: SPA },
      { path: '/token', init: { method: 'GET' }, status: 405, allowed: SPA },
      {
        path: '/token',
        init: { method: 'POST', body: '[]', headers: { 'content-type': 'text/plain' } },
        status: 415,
        allowed: SPA,
      },
      { path: '/token', init: form({ a: 'x'.repeat(70_000) }), status: 413, allowed: SPA },
      { path: '/userinfo', init: {}, status: 401, allowed: SPA },
      { path: '/revoke', init: form({ client_id: 'spa', token: 'x' }), status: 200, allowed: SPA },
      { path: '/introspect', init: form({ token: 'x' }, basic('own')), status: 200, allowed: null },
      { path: '/authorize', init: {}, status: 400, allowed: null },
      { path: '/login', init: {}, status: 400, allowed: null },
      { path: '/logout', init: {}, status: 200, allowed: null },
      { path: '/.well-known/openid-configuration', init: {}, status: 200, allowed: '*' },
      { path: '/.well-known/oauth-authorization-server', init: {}, status: 200, allowed: '*' },
      { path: '/jwks.json', init: {}, status: 200, allowed: '*' },
      { path: '/jwks.json', init: { method: 'POST' }, status: 405, allowed: '*' },
    ])('$path answers $status to $allowed', async ({ path, init, status, allowed }) => {
      const answer = await ask(path, init, SPA)
      expect(answer.status).toBe(status)
      expect(answer.headers.get('access-control-allow-origin')).toBe(allowed)
      expect(answer.headers.has('access-control-allow-credentials')).toBe(false)
    })
  })

  describe('a preflight', () => {
    const asks = {
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    }
    test.for([
      { path: '/token', origin: SPA, status: 204, methods: 'POST' },
      { path: '/userinfo', origin: SPA, status: 204, methods: 'GET, POST' },
      { path: '/revoke', origin: SPA, status: 204, methods: 'POST' },
      { path: '/jwks.json', origin: 'https://any.example', status: 204, methods: 'GET' },
      { path: '/token', origin: 'https://any.example', status: 405, methods: null },
      { path: '/introspect', origin: SPA, status: 405, methods: null },
      { path: '/login', origin: SPA, status: 405, methods: null },
      { path: '/token', origin: undefined, status: 405, methods: null },
    ])('at $path from $origin: $status', async ({ path, origin, status, methods }) => {
      const answer = await ask(path, { method: 'OPTIONS', headers: asks }, origin)
      expect(answer.status).toBe(status)
      expect(answer.headers.get('access-control-allow-methods')).toBe(methods)
      const allowed = answer.headers.get('access-control-allow-headers')
      expect(allowed).toBe(status === 204 ? 'Authorization, Content-Type' : null)
    })
  })
})
