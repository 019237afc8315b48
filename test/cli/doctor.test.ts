import { describe, expect, test } from 'vitest'
import { databases } from '../support/databases.ts'
import { aKeyedShop } from '../support/keyed.ts'

const past = Math.floor(Date.now() / 1000) - 60

const outcomes = (found: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    (found.findings as { check: string; outcome: string }[]).map(({ check, outcome }) => [
      check,
      outcome,
    ]),
  )

describe.each(databases)('tokenidp doctor <token> on $engine', ({ newDatabase }) => {
  test('a good token of either form, without a master key', async () => {
    const { issue, told, run } = await aKeyedShop(newDatabase)
    const jwt = await issue()
    const env = { TOKENIDP_MASTER_KEY: '' }
    expect(await told('doctor -', { input: `Bearer ${jwt.token}\n`, env })).toMatchObject({
      kind: 'TokenDiagnosis',
      isGood: true,
      form: 'jwt',
      use: 'access_token',
      tenant: 'acme',
      application: 'worker',
      user: null,
    })
    const opaque = await issue({ format: 'opaque' })
    const ran = await run('doctor -', { input: opaque.token, env })
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(ran.stdout).toContain('Good: an opaque token, access token, of acme.\n')
    expect(ran.stdout).not.toContain(opaque.token)
  })

  test('everything that can be wrong with one', async () => {
    const { issue, told, run, tenant } = await aKeyedShop(newDatabase)
    const { token } = await issue()
    const revoked = await issue()
    await tenant.accessTokens.revoke(revoked.key, past)
    const [header = '', body = '', signature = ''] = token.split('.')
    const { jti } = JSON.parse(Buffer.from(body, 'base64url').toString())
    const noKid = Buffer.from(JSON.stringify({ alg: 'ES256', kid: 'other', typ: 'at+jwt' }))
    const rows = [
      { given: (await issue({ expiresAt: past })).token, expiry: 'bad' },
      { given: revoked.token, revocation: 'bad', signature: 'good' },
      { given: (await issue({ audience: 'https://other.example' })).token, audience: 'bad' },
      { given: (await issue({}, { iss: 'https://other.example' })).token, issuer: 'bad' },
      { given: (await issue({}, { jti: 'none' })).token, revocation: 'bad' },
      { given: (await issue({ applicationUid: 'gone' })).token, application: 'bad' },
      { given: (await issue({ userUid: 'gone' })).token, user: 'bad' },
      { given: `${header}.${body}.${signature.slice(0, -8)}AAAAAAAA`, signature: 'bad' },
      { given: `${noKid.toString('base64url')}.${body}.${signature}`, key: 'bad' },
      { given: 'a.b.c', form: 'bad' },
      { given: 'a.b.c.d.e', form: 'bad' },
      { given: 'hello', form: 'bad' },
      { given: 'x'.repeat(20_000), form: 'bad' },
      { given: jti, form: 'bad' },
      { given: jti.slice(0, -4).concat('AAAA'), record: 'bad' },
    ]
    for (const { given, ...expected } of rows) {
      const found = await told('doctor -', { input: given })
      expect(found, given).toMatchObject({ kind: 'TokenDiagnosis', isGood: false })
      expect(outcomes(found), given).toMatchObject(expected)
      expect((await run('doctor -', { input: given })).code).toBe(1)
    }
  })

  test('a key that signs no more and is published is good', async () => {
    const { issue, run } = await aKeyedShop(newDatabase)
    const { token } = await issue()
    await run('keys rotate acme --now')
    const ran = await run('doctor -', { input: token })
    expect(ran.code, ran.stdout).toBe(0)
    expect(ran.stdout).toMatch(/key +[\w-]{43}, in the JWKS \(retiring\)/)
  })

  test('a token among the arguments is warned of, an empty one refused', async () => {
    const { issue, run } = await aKeyedShop(newDatabase)
    const { token } = await issue()
    const ran = await run(`doctor ${token}`)
    expect(ran.stderr).toContain('everyone on the machine')
    expect(ran.stdout + ran.stderr).not.toContain(token)
    expect(await run('doctor -', { input: '\n' })).toMatchObject({ code: 64 })
  })
})

describe.each(databases)('tokenidp keys export on $engine', ({ newDatabase }) => {
  test('prints public keys only, and only when asked for them', async () => {
    const { run, told } = await aKeyedShop(newDatabase)
    const found = await told('keys export acme --public')
    expect(found).toMatchObject({ kind: 'PublicKeys', tenant: 'acme' })
    expect((found.keys as object[]).length).toBe(4)
    for (const key of found.keys as object[]) expect(key).not.toHaveProperty('d')
    const jwks = await run('keys export acme --public')
    expect(JSON.parse(jwks.stdout)).toEqual({ keys: found.keys })
    const pem = await run('keys export acme --public --format pem')
    expect(pem.stdout.match(/-----BEGIN PUBLIC KEY-----/g)).toHaveLength(4)
    expect(pem.stdout).not.toContain('PRIVATE')
    expect(await run('keys export acme')).toMatchObject({ code: 64 })
    expect(await run('keys export acme --public --format der')).toMatchObject({ code: 64 })
  })
})
