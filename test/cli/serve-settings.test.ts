import { createPrivateKey } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { selfSigned } from '../support/certificate.ts'
import { project, running, write } from '../support/cli.ts'
import { MASTER_KEY } from '../support/command.ts'
import { aProject } from '../support/documents.ts'
import { freePort } from '../support/free-port.ts'
import { tokenidpHere } from '../support/in-process.ts'
import { overTls, taken, withSettings } from '../support/settled.ts'

const KEY = { TOKENIDP_MASTER_KEY: MASTER_KEY }

const contentsOf = (pem: string): string => pem.replace(/-----[^-]+-----|\n/g, '')

describe('serve over TLS', () => {
  test.for(['flags', 'variables', 'the project file'])('with files named by %s', async (by) => {
    const root = withSettings(
      by === 'the project file' ? '  tls: { cert: tls/cert.pem, key: tls/key.pem }\n' : '',
    )
    const identity = selfSigned()
    const [cert, key] = [join(root, 'tls/cert.pem'), join(root, 'tls/key.pem')]
    write(root, 'tls/cert.pem', identity.cert)
    write(root, 'tls/key.pem', identity.key)
    await tokenidpHere(['apply', '--auto-approve', '-C', root])
    const address = `127.0.0.1:${await freePort()}`
    const flags = by === 'flags' ? ['--tls-cert', cert, '--tls-key', key] : []
    const variables = by === 'variables' ? { TOKENIDP_TLS_CERT: cert, TOKENIDP_TLS_KEY: key } : {}
    const issuer = `https://${address}/acme`
    const words = ['serve', '--listen', address, '--public-url', `https://${address}`, ...flags]
    const server = running([...words, '-C', root], { env: { ...KEY, ...variables } })
    await server.says(/Serving revision 1: https:/)

    const found = await overTls(`${issuer}/.well-known/openid-configuration`)
    expect(found).toMatchObject({ status: 200, certificate: contentsOf(identity.cert) })
    expect(JSON.parse(found.body)).toMatchObject({ issuer, token_endpoint: `${issuer}/token` })
    await expect(fetch(`http://${address}/healthz`)).rejects.toThrow()
    server.kill('SIGTERM')
    expect(await server.exited).toBe(0)
  })

  const [one, other] = [selfSigned(), selfSigned()]
  const locked = createPrivateKey(one.key)
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' })
    .toString()
  test.for([
    { when: 'the certificate is absent', key: one.key, says: /cert\.pem cannot be read: ENOENT/ },
    { when: 'the key is absent', cert: one.cert, says: /key\.pem cannot be read: ENOENT/ },
    {
      when: 'the certificate cannot be read',
      cert: 'directory',
      key: one.key,
      says: /cert\.pem cannot be read: EISDIR/,
    },
    {
      when: 'the key cannot be read',
      cert: one.cert,
      key: 'directory',
      says: /key\.pem cannot be read: EISDIR/,
    },
    {
      when: 'the certificate is garbage',
      cert: 'garbage\n',
      key: one.key,
      says: /cert\.pem holds no certificate in PEM/,
    },
    {
      when: 'the key is garbage',
      cert: one.cert,
      key: 'garbage\n',
      says: /key\.pem holds no private key in PEM/,
    },
    { when: 'the key is empty', cert: one.cert, key: '', says: /key\.pem holds no private key/ },
    {
      when: 'the key is locked',
      cert: one.cert,
      key: locked,
      says: /key\.pem holds no private key in PEM that we can open/,
    },
    {
      when: 'they are given the wrong way round',
      cert: one.key,
      key: one.cert,
      says: /cert\.pem holds no certificate/,
    },
    {
      when: 'the key is of another certificate',
      cert: one.cert,
      key: other.key,
      says: /key\.pem is not the private key of the certificate in .*cert\.pem/,
    },
  ])('does not start when $when', async ({ cert, key, says }) => {
    const root = project(aProject())
    for (const [name, text] of Object.entries({ 'cert.pem': cert, 'key.pem': key }))
      if (text === 'directory') mkdirSync(join(root, name))
      else if (text !== undefined) write(root, name, text)
    const files = ['--tls-cert', join(root, 'cert.pem'), '--tls-key', join(root, 'key.pem')]
    const words = ['serve', '--listen', '127.0.0.1:0', ...files, '-C', root]
    const ran = await tokenidpHere(words, { env: KEY })
    expect(ran.code).toBe(1)
    expect(ran.stderr).toMatch(says)
    expect(ran.stderr).toMatch(/\n +next: .*--tls-cert.*--tls-key/)
    expect(ran.stderr).not.toMatch(/^ +at /m)
    expect(ran.stderr).not.toContain(contentsOf(one.key).slice(0, 40))
  })
})

describe('a flag wins over a variable, and that over the project file', () => {
  const RANKS = [
    { given: ['flag', 'variable', 'file'], wins: 'flag' },
    { given: ['flag', 'file'], wins: 'flag' },
    { given: ['variable', 'file'], wins: 'variable' },
    { given: ['file'], wins: 'file' },
    { given: ['an empty variable', 'file'], wins: 'file' },
  ]
  const only = <T>(given: readonly string[], name: string, what: T): T[] =>
    given.includes(name) ? [what] : []
  const setIf = (given: readonly string[], name: string, value: string) => ({
    ...KEY,
    ...(given.includes('variable') ? { [name]: value } : {}),
    ...(given.includes('an empty variable') ? { [name]: '' } : {}),
  })

  test.for(RANKS)('the address to listen on: $wins of $given', async ({ given, wins }) => {
    const by: Record<string, string> = {}
    for (const name of ['flag', 'variable', 'file']) by[name] = await taken()
    const root = withSettings(`  listen: ${by.file}\n`)
    const flags = only(given, 'flag', ['--listen', by.flag ?? '']).flat()
    const env = setIf(given, 'TOKENIDP_LISTEN', by.variable ?? '')
    const ran = await tokenidpHere(['serve', ...flags, '-C', root], { env })
    expect(ran.stderr).toContain(`${by[wins]} is taken`)
  })

  test.for(RANKS)('the TLS identity: $wins of $given', async ({ given, wins }) => {
    const root = withSettings('  tls: { cert: file.pem, key: file.key }\n')
    const flags = only(given, 'flag', ['--tls-cert', 'flag.pem', '--tls-key', 'flag.key']).flat()
    const env = {
      ...setIf(given, 'TOKENIDP_TLS_CERT', 'variable.pem'),
      ...setIf(given, 'TOKENIDP_TLS_KEY', 'variable.key'),
    }
    const words = ['serve', '--listen', '127.0.0.1:0', ...flags, '-C', root]
    const ran = await tokenidpHere(words, { env, cwd: root })
    expect(ran.stderr).toContain(`${join(root, `${wins}.pem`)} cannot be read`)
  })

  test.for(RANKS.filter(({ wins }) => wins !== 'file'))(
    'the trusted proxies: $wins of $given',
    async ({ given, wins }) => {
      const root = withSettings('  trustedProxies: ["::1"]\n')
      const flags = only(given, 'flag', ['--trusted-proxies', '::1, flag']).flat()
      const env = setIf(given, 'TOKENIDP_TRUSTED_PROXIES', 'variable')
      const ran = await tokenidpHere(['serve', ...flags, '-C', root], { env })
      expect(ran.code).toBe(64)
      expect(ran.stderr).toContain(`"${wins}" is not the address or network of a proxy`)
    },
  )

  test.for(RANKS)(
    'the oldest version of TLS and its ciphers: $wins of $given',
    async ({ given, wins }) => {
      const identity = 'cert: file.pem, key: file.key'
      const root = withSettings(`  tls: { ${identity}, ciphers: file }\n`)
      const { cert, key } = selfSigned()
      write(root, 'file.pem', cert)
      write(root, 'file.key', key)
      const flags = only(given, 'flag', ['--tls-ciphers', 'flag']).flat()
      const env = setIf(given, 'TOKENIDP_TLS_CIPHERS', 'variable')
      const words = ['serve', '--listen', '127.0.0.1:0', ...flags, '-C', root]
      const ran = await tokenidpHere(words, { env })
      expect(ran.stderr).toContain(`"${wins}" holds no cipher suite`)
      const versions = only(given, 'flag', ['--tls-min-version', 'flag']).flat()
      const old = await tokenidpHere(['serve', ...versions, '-C', root], {
        env: setIf(given, 'TOKENIDP_TLS_MIN_VERSION', 'variable'),
      })
      if (wins !== 'file') expect(old.stderr).toContain(`"${wins}" is not a version of TLS`)
    },
  )

  test.for([...RANKS, { given: [], wins: '.tokenidp/tokenidp' }])(
    'the database: $wins of $given',
    async ({ given, wins }) => {
      const hasFile = given.includes('file')
      const root = hasFile
        ? withSettings('  database: { url: "sqlite:file.db" }\n')
        : project(aProject())
      const flags = only(given, 'flag', ['--database-url', 'sqlite:flag.db']).flat()
      const env = setIf(given, 'TOKENIDP_DATABASE_URL', 'sqlite:variable.db')
      const words = ['serve', '--listen', '127.0.0.1:0', ...flags, '-C', root]
      const ran = await tokenidpHere(words, { env, cwd: root })
      expect(ran.stderr).toContain('nothing is applied')
      const names = ['flag', 'variable', 'file', '.tokenidp/tokenidp']
      expect(names.filter((name) => existsSync(join(root, `${name}.db`)))).toEqual([wins])
    },
  )
})
