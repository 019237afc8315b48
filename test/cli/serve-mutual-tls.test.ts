import { describe, expect, test } from 'vitest'
import { selfSigned } from '../support/certificate.ts'
import { project, running, tokenidp, write } from '../support/cli.ts'
import { MASTER_KEY } from '../support/command.ts'
import { aProject } from '../support/documents.ts'
import { freePort } from '../support/free-port.ts'
import { overTls, taken, withSettings } from '../support/settled.ts'

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
    await tokenidp(['apply', '--auto-approve', '-C', root])
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
    const ran = await tokenidp(['serve', ...listen, ...words, '-C', root], { env: KEY })
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
