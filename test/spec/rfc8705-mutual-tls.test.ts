import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { Agent } from 'node:https'
import { connect, type SecureVersion } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseNetwork } from '../../src/base/network.ts'
import { proxiesAt } from '../../src/http/proxies.ts'
import type { Application } from '../../src/model/application.ts'
import type { Jwk } from '../../src/model/jwk.ts'
import { anApplication, aPublicApplication } from '../support/builders.ts'
import { selfSigned } from '../support/certificate.ts'
import { type Door, movableClock, openDoor } from '../support/door.ts'
import { freePort } from '../support/free-port.ts'
import { noOutbound } from '../support/outbound.ts'
import { call } from '../support/over-tls.ts'
import { stores } from '../support/stores.ts'

const server = selfSigned(['127.0.0.1'])
const [own, other, pinned, rotated] = [selfSigned(), selfSigned(), selfSigned(), selfSigned()]

const jwkOf = ({ cert }: { readonly cert: string }): Jwk =>
  new X509Certificate(cert).publicKey.export({ format: 'jwk' }) as Jwk
const x5cOf = ({ cert }: { readonly cert: string }): string[] => [
  new X509Certificate(cert).raw.toString('base64'),
]

const tlsClient = (clientId: string, keys: readonly Jwk[], change: Partial<Application> = {}) =>
  anApplication({
    clientId,
    authMethod: 'self_signed_tls_client_auth',
    secrets: [],
    jwks: keys,
    ...change,
  })

const KEYS_AT = 'https://rotating.example/jwks.json'
const APPLICATIONS = [
  anApplication(),
  aPublicApplication({ grants: new Set(['client_credentials', 'authorization_code']) }),
  tlsClient('machine', [jwkOf(own)]),
  tlsClient('pinned', [{ ...jwkOf(pinned), x5c: x5cOf(pinned) }]),
  // The key is right, and the certificate it came with is another one.
  tlsClient('strict', [{ ...jwkOf(own), x5c: x5cOf(pinned) }]),
  tlsClient('sealing', [{ ...jwkOf(own), use: 'enc' }]),
  tlsClient('odd', [{ kty: 'EC' }, { ...jwkOf(pinned), x5c: 'no list' }]),
  tlsClient('keyless', []),
  tlsClient('rotating', [], { jwksUri: KEYS_AT }),
  tlsClient('disabled', [jwkOf(own)], { isDisabled: true }),
]

const basic = `Basic ${Buffer.from('web:web-secret').toString('base64')}`
const grant = (clientId: string, more = '') =>
  `grant_type=client_credentials&scope=orders:read&client_id=${clientId}${more}`

interface Sent {
  readonly certificate?: typeof own | undefined
  readonly headers?: Record<string, string>
  readonly agent?: Agent
}

const post = async (url: string, body: string, { headers = {}, ...sent }: Sent = {}) => {
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  const reply = await call(url, { method: 'POST', headers: { ...type, ...headers }, body, ...sent })
  return { status: reply.status, json: JSON.parse(reply.body) as Record<string, unknown> }
}

describe.each(stores)('RFC 8705 §2.2 on $name', (engine) => {
  let door: Door
  let mutual: string
  let published: readonly Jwk[] = [jwkOf(own)]
  const clock = movableClock()
  beforeAll(async () => {
    const port = await freePort()
    door = await openDoor({
      engine,
      clock,
      applications: APPLICATIONS.slice(2),
      tls: server,
      certificates: { listener: { port, publicUrl: undefined } },
      outbound: {
        ...noOutbound,
        send: async () => ({ status: 200, headers: {}, body: JSON.stringify({ keys: published }) }),
      },
    })
    mutual = `https://127.0.0.1:${port}`
  })
  afterAll(() => door.close())
  const token = (body: string, sent: Sent = {}) => post(`${mutual}/acme/token`, body, sent)

  test.for([
    { clientId: 'machine', certificate: own },
    { clientId: 'pinned', certificate: pinned },
  ])('$clientId is who its certificate says', async ({ clientId, certificate }) => {
    const { status, json } = await token(grant(clientId), { certificate })
    expect({ status, json }).toMatchObject({ status: 200, json: { token_type: 'Bearer' } })
  })

  test.for([
    { when: 'no certificate is shown', clientId: 'machine' },
    { when: 'the certificate has another key', clientId: 'machine', certificate: other },
    { when: 'another certificate is registered', clientId: 'strict', certificate: own },
    { when: 'the key is for encryption', clientId: 'sealing', certificate: own },
    { when: 'its keys make no sense', clientId: 'odd', certificate: pinned },
    { when: 'it has no keys', clientId: 'keyless', certificate: own },
    { when: 'it is disabled', clientId: 'disabled', certificate: own },
    { when: 'there is no such client', clientId: 'nobody', certificate: own },
    { when: 'its method is a secret', clientId: 'web', certificate: own },
  ])('invalid_client when $when', async ({ clientId, certificate }) => {
    const { status, json } = await token(grant(clientId), { certificate })
    expect({ status, error: json.error }).toEqual({ status: 401, error: 'invalid_client' })
  })

  test('a certificate is no second method beside a secret, and no obstacle without one', async () => {
    const form = 'grant_type=client_credentials&scope=orders:read'
    const sent = { certificate: other, headers: { authorization: basic } }
    expect(await token(form, sent)).toMatchObject({ status: 200 })
    expect(await token(`${form}&client_id=machine`, sent)).toMatchObject({
      status: 400,
      json: { error: 'invalid_request' },
    })
    const code = 'grant_type=authorization_code&code=x&client_id=spa'
    expect(await token(code, { certificate: own })).toMatchObject({
      json: { error: 'invalid_grant' },
    })
  })

  test('a secret does not stand in for the certificate', async () => {
    const sent = await token(grant('machine', '&client_secret=web-secret'), { certificate: own })
    expect(sent).toMatchObject({ status: 401, json: { error: 'invalid_client' } })
  })

  test('a resumed connection is still the client that began it', async () => {
    const agent = new Agent({ keepAlive: false, maxCachedSessions: 10 })
    for (const _ of [1, 2, 3])
      expect(await token(grant('machine'), { certificate: own, agent })).toMatchObject({
        status: 200,
      })
    agent.destroy()
  })

  test('keys behind a jwksUri are fetched again for a certificate that is not among them', async () => {
    const attempt = async (certificate: typeof own) =>
      (await token(grant('rotating'), { certificate })).status
    expect(await attempt(own)).toBe(200)
    published = [jwkOf(rotated)]
    expect(await attempt(rotated)).toBe(401)
    clock.forward(6)
    expect(await attempt(rotated)).toBe(200)
    expect(await attempt(own)).toBe(401)
  })

  test('discovery publishes the aliases, and each of them answers there', async () => {
    const found = await call(`${door.issuer}/.well-known/openid-configuration`)
    const metadata = JSON.parse(found.body)
    const aliases: Record<string, string> = metadata.mtls_endpoint_aliases
    expect(aliases).toEqual({
      token_endpoint: `${mutual}/acme/token`,
      revocation_endpoint: `${mutual}/acme/revoke`,
      introspection_endpoint: `${mutual}/acme/introspect`,
      pushed_authorization_request_endpoint: `${mutual}/acme/par`,
      device_authorization_endpoint: `${mutual}/acme/device_authorization`,
      backchannel_authentication_endpoint: `${mutual}/acme/backchannel_authentication`,
    })
    expect(metadata.token_endpoint).toBe(`${door.issuer}/token`)
    for (const endpoint of ['token', 'revocation', 'introspection'])
      expect(metadata[`${endpoint}_endpoint_auth_methods_supported`]).toContain(
        'self_signed_tls_client_auth',
      )
    for (const alias of Object.values(aliases)) {
      const refused = await post(alias, 'client_id=machine', { certificate: other })
      expect(refused).toMatchObject({ status: 401, json: { error: 'invalid_client' } })
      const known = await post(alias, 'client_id=machine', { certificate: own })
      expect(known.status).not.toBe(401)
      expect(known.status).not.toBe(404)
    }
  })

  test('a tenant with a host of its own is there by its name', async () => {
    const reply = await post(`${mutual}/hosted/token`, grant('machine'), { certificate: own })
    expect(reply.status).toBe(200)
    const named = { certificate: own, headers: { host: 'login.hosted.example' } }
    expect(await token(grant('machine'), named)).toMatchObject({ status: 200 })
  })

  test.for([
    '/authorize',
    '/login',
    '/userinfo',
    '/.well-known/openid-configuration',
    '/jwks.json',
  ])('nothing for browsers is served where certificates are asked for: %s', async (path) => {
    expect((await call(`${mutual}/acme${path}`)).status).toBe(404)
  })

  test('the address of browsers asks for no certificate, and takes none', async () => {
    // RFC 5246 §7.4.4, RFC 8446 §4.3.2: the algorithms for the client's signature come in the request for it.
    const isAsked = async (origin: string, maxVersion: SecureVersion) => {
      const { hostname: host, port } = new URL(origin)
      const whom = { host, port: Number(port), rejectUnauthorized: false, maxVersion }
      const socket = connect({ ...whom, ...own })
      await once(socket, 'secureConnect')
      const algorithms = socket.getSharedSigalgs()
      socket.destroy()
      return algorithms.length > 0
    }
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      expect(await isAsked(mutual, version)).toBe(true)
      expect(await isAsked(door.origin, version)).toBe(false)
    }
    const reply = await post(`${door.issuer}/token`, grant('machine'), { certificate: own })
    expect(reply).toMatchObject({ status: 401, json: { error: 'invalid_client' } })
  })
})

const pem = (text: string) => encodeURIComponent(text)
const trusted = proxiesAt(['127.0.0.1/32'].flatMap((text) => parseNetwork(text) ?? []))
const strangers = proxiesAt(['10.0.0.0/8'].flatMap((text) => parseNetwork(text) ?? []))

describe('a proxy that tells the certificate', () => {
  const opened: Door[] = []
  const at = async (proxies: typeof trusted, header: string | undefined) => {
    const certificates = { listener: undefined, header }
    const door = await openDoor({ applications: APPLICATIONS.slice(2), proxies, certificates })
    opened.push(door)
    return door
  }
  afterAll(async () => {
    for (const door of opened) await door.close()
  })
  const ask = async ({ issuer }: Door, header: Record<string, string>) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', ...header }
    const body = grant('machine')
    return (await fetch(`${issuer}/token`, { method: 'POST', headers, body })).status
  }
  const methodsOf = async ({ issuer }: Door) => {
    const found = await fetch(`${issuer}/.well-known/openid-configuration`)
    return (await found.json()) as Record<string, unknown>
  }

  test('is believed in the header that was configured', async () => {
    const door = await at(trusted, 'X-Client-Cert')
    expect(await ask(door, { 'X-Client-Cert': pem(own.cert) })).toBe(200)
    const metadata = await methodsOf(door)
    expect(metadata.token_endpoint_auth_methods_supported).toContain('self_signed_tls_client_auth')
    expect(metadata).not.toHaveProperty('mtls_endpoint_aliases')
    const broken = {
      'another key': pem(other.cert),
      nothing: '',
      garbage: 'garbage',
      'broken encoding': '%E0%A4%A',
      'two certificates': pem(own.cert + other.cert),
      'a private key': pem(own.key),
      'two headers in one': `${pem(own.cert)}, ${pem(own.cert)}`,
    }
    for (const [what, value] of Object.entries(broken))
      expect(await ask(door, { 'X-Client-Cert': value }), what).toBe(401)
    expect(await ask(door, { 'X-SSL-Cert': pem(own.cert) })).toBe(401)
  })

  test('is a stranger unless it is trusted', async () => {
    const door = await at(strangers, 'X-Client-Cert')
    expect(await ask(door, { 'X-Client-Cert': pem(own.cert) })).toBe(401)
    const forwarded = { 'X-Client-Cert': pem(own.cert), 'X-Forwarded-For': '10.0.0.1' }
    expect(await ask(door, forwarded)).toBe(401)
  })

  test('tells nothing where no header is configured, and discovery names no such method', async () => {
    const door = await at(trusted, undefined)
    expect(await ask(door, { 'X-Client-Cert': pem(own.cert) })).toBe(401)
    expect((await methodsOf(door)).token_endpoint_auth_methods_supported).not.toContain(
      'self_signed_tls_client_auth',
    )
  })
})
