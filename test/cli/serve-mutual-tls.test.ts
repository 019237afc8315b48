import { X509Certificate } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { selfSigned } from '../support/certificate.ts'
import { project, running, tokenidp, write } from '../support/cli.ts'
import { MASTER_KEY } from '../support/command.ts'
import { aProject } from '../support/documents.ts'
import { freePort } from '../support/free-port.ts'
import { tokenidpHere } from '../support/in-process.ts'
import { call } from '../support/over-tls.ts'
import { overTls, taken, withSettings } from '../support/settled.ts'

const shown = selfSigned()
const jwk = new X509Certificate(shown.cert).publicKey.export({ format: 'jwk' })
/** Is who its certificate says. */
const robot = `apiVersion: tokenidp.dev/v1
kind: Application
metadata: { tenant: acme, name: robot }
spec:
  type: machine
  scopes: ['orders:read']
  clientAuth: { method: self_signed_tls_client_auth }
  jwks: ${JSON.stringify({ keys: [jwk] })}
`
const asked = {
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: 'grant_type=client_credentials&scope=orders:read&client_id=robot',
}

const KEY = { TOKENIDP_MASTER_KEY: MASTER_KEY }

describe('serve with an address for client certificates', () => {
  const identity = (more = '') => {
    const root = withSettings(`  tls: { cert: cert.pem, key: key.pem }\n${more}`)
    const { cert, key } = selfSigned()
    write(root, 'cert.pem', cert)
    write(root, 'key.pem', key)
    return root
  }

  test('asks there, says so in discovery, and stops with the rest', async () => {
    const root = identity()
    await tokenidpHere(['apply', '--auto-approve', '-C', root])
    const [address, port] = [`127.0.0.1:${await freePort()}`, await freePort()]
    const words = ['serve', '--listen', address, '--public-url', `https://${address}`]
    const mutual = ['--mtls-listen', `127.0.0.1:${port}`]
    const server = running([...words, ...mutual, '-C', root], { env: KEY })
    await server.says(/Serving revision 1: https:/)
    const { body } = await overTls(`https://${address}/acme/.well-known/openid-configuration`)
    const alias = JSON.parse(body).mtls_endpoint_aliases.token_endpoint
    expect(alias).toBe(`https://127.0.0.1:${port}/acme/token`)
    expect(await overTls(alias)).toMatchObject({ status: 405 })
    server.kill('SIGTERM')
    expect(await server.exited).toBe(0)
  })

  test('gives a client its tokens there, at the public URL that it was told', async () => {
    const root = identity()
    write(root, 'robot.yaml', robot)
    await tokenidpHere(['apply', '--auto-approve', '-C', root])
    const [address, port] = [`127.0.0.1:${await freePort()}`, await freePort()]
    // Another name than the issuer's, as behind a balancer that passes TLS on.
    const mutual = `https://localhost:${port}`
    const words = ['--mtls-listen', `127.0.0.1:${port}`, '--mtls-public-url', mutual]
    const issuer = `https://${address}`
    const at = ['serve', '--listen', address, '--public-url', issuer, '-C', root]
    const server = running([...at, ...words], { env: KEY })
    await server.says(/Serving revision 1: https:/)
    const { body } = await overTls(`${issuer}/acme/.well-known/openid-configuration`)
    const { token_endpoint, mtls_endpoint_aliases: aliases } = JSON.parse(body)
    expect(token_endpoint).toBe(`${issuer}/acme/token`)
    expect(aliases.token_endpoint).toBe(`${mutual}/acme/token`)
    const redeemed = await call(aliases.token_endpoint, { ...asked, certificate: shown })
    expect(redeemed.status).toBe(200)
    expect(JSON.parse(redeemed.body)).toMatchObject({ scope: 'orders:read' })
    const stranger = await call(aliases.token_endpoint, { ...asked, certificate: selfSigned() })
    const without = await call(aliases.token_endpoint, asked)
    const elsewhere = await call(token_endpoint, { ...asked, certificate: shown })
    for (const refused of [stranger, without, elsewhere]) {
      expect(refused.status).toBe(401)
      expect(JSON.parse(refused.body)).toMatchObject({ error: 'invalid_client' })
    }
  })

  test.for([
    { proxies: '127.0.0.1', status: 200 },
    { proxies: '10.0.0.0/8', status: 401 },
  ])('a header of certificates where $proxies is trusted: $status', async ({ proxies, status }) => {
    const root = project({ ...aProject(), 'robot.yaml': robot })
    await tokenidpHere(['apply', '--auto-approve', '-C', root])
    const address = `127.0.0.1:${await freePort()}`
    const at = ['serve', '--listen', address, '--public-url', `http://${address}`, '-C', root]
    const header = ['--client-certificate-header', 'X-Client-Cert', '--trusted-proxies', proxies]
    const server = running([...at, ...header], { env: KEY })
    await server.says(/Serving revision 1: http:/)
    const told = { 'X-Client-Cert': encodeURIComponent(shown.cert), 'X-Forwarded-For': '10.0.0.1' }
    const headers = { ...asked.headers, ...told }
    const reply = await fetch(`http://${address}/acme/token`, { ...asked, headers })
    expect(reply.status).toBe(status)
    const untold = await fetch(`http://${address}/acme/token`, asked)
    expect(untold.status).toBe(401)
  })

  const AT = '127.0.0.1:14443'
  test.for([
    { when: 'without TLS', words: ['--mtls-listen', AT], says: /has no certificate of its own/ },
    { when: 'at no address', words: ['--mtls-listen', 'x:y'], says: /"x:y" is not an address/ },
    {
      when: 'where browsers go',
      words: ['--listen', AT, '--mtls-listen', AT],
      hasTls: true,
      says: /is where browsers go/,
    },
    {
      when: 'at a public URL without a listener',
      words: ['--mtls-public-url', 'https://mtls.example'],
      hasTls: true,
      says: /and there is none/,
    },
    {
      when: 'at a public URL that is not https',
      words: ['--mtls-listen', AT, '--mtls-public-url', 'http://mtls.example'],
      hasTls: true,
      says: /is not a public URL for client certificates/,
    },
    {
      when: 'in a header of nobody',
      words: ['--client-certificate-header', 'X-Client-Cert'],
      says: /believed of trusted proxies alone/,
    },
    {
      when: 'in a header that is none',
      words: ['--client-certificate-header', 'a b', '--trusted-proxies', '::1'],
      says: /"a b" is not the name of a header/,
    },
  ])('does not start $when', async ({ words, hasTls = false, says }) => {
    const root = hasTls ? identity() : project(aProject())
    const listen = words.includes('--listen') ? [] : ['--listen', '127.0.0.1:0']
    const ran = await tokenidpHere(['serve', ...listen, ...words, '-C', root], { env: KEY })
    expect(ran.code).toBe(64)
    expect(ran.stderr).toMatch(says)
    expect(ran.stderr).toMatch(/\n +next: /)
    expect(ran.stderr).not.toMatch(/^ +at /m)
  })

  test.for([
    { given: ['flag', 'variable', 'file'], wins: 'flag' },
    { given: ['variable', 'file'], wins: 'variable' },
    { given: ['file'], wins: 'file' },
  ])('where $wins says, of $given', async ({ given, wins }) => {
    const by: Record<string, string> = {}
    for (const name of ['flag', 'variable', 'file']) by[name] = await taken()
    const root = identity(`  mtls: { listen: "${by.file}" }\n`)
    const flags = given.includes('flag') ? ['--mtls-listen', by.flag ?? ''] : []
    const variables = given.includes('variable') ? { TOKENIDP_MTLS_LISTEN: by.variable ?? '' } : {}
    const words = ['serve', '--listen', '127.0.0.1:0', ...flags, '-C', root]
    const ran = await tokenidp(words, { env: { ...KEY, ...variables } })
    expect(ran.code).toBe(1)
    expect(ran.stderr).toContain(`${by[wins]} is taken`)
    expect(ran.stderr).toContain('--mtls-listen host:port')
  })
})
