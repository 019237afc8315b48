import {
  checkPrimeSync,
  createPublicKey,
  generateKeyPairSync,
  generatePrimeSync,
  type KeyObject,
} from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { describe, expect, test } from 'vitest'
import { selfSigned } from '../support/certificate.ts'
import { write } from '../support/cli.ts'
import { databases } from '../support/databases.ts'
import { aKeyedShop } from '../support/keyed.ts'
import { EMPTY, MODERN, OLD, PASSPHRASE, TOO_OLD } from '../support/pkcs12.ts'

const ec = (namedCurve = 'P-256'): KeyObject => generateKeyPairSync('ec', { namedCurve }).privateKey
const rsa = (modulusLength = 2048, publicExponent = 65_537): KeyObject =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent }).privateKey
const pem = (key: KeyObject, type: 'pkcs8' | 'pkcs1' | 'sec1' = 'pkcs8'): string =>
  key.export({ type, format: 'pem' }).toString()
const jwk = (key: KeyObject, change: object = {}): string =>
  JSON.stringify({ ...key.export({ format: 'jwk' }), ...change })
const publicPem = (key: KeyObject): string =>
  createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString()
const kidOf = (key: KeyObject) => calculateJwkThumbprint(key.export({ format: 'jwk' }) as JWK)
const encrypted = (key: KeyObject, passphrase: string, type: 'pkcs8' | 'pkcs1' = 'pkcs8'): string =>
  key.export({ type, format: 'pem', cipher: 'aes-256-cbc', passphrase }).toString()

/** The same file with other bytes in it, where `find` stands in its hexadecimal digits. */
function altered(text: string, find: RegExp, instead: string): string {
  const [, head, body = '', tail] = /^(-.*-\n)([^-]+)(-.*-\n)$/.exec(text) ?? []
  const hex = Buffer.from(body, 'base64').toString('hex')
  expect(hex).toMatch(find)
  return `${head}${Buffer.from(hex.replace(find, instead), 'hex').toString('base64')}\n${tail}`
}

/** Its salt is shorter, and so there is room for two thousand million iterations. */
const endless = (text: string): string =>
  altered(text, /0410(.{28}).{4}02020800/, '040e$102047fffffff')
const ofShortIv = (text: string): string => altered(text, /012a0410(.{28}).{4}/, '012a040e$10500')

interface Listed {
  readonly kid: string
  readonly state: string
  readonly activateAt: number | null
}

describe.each(databases)('keys import on $engine', ({ newDatabase }) => {
  test('a key from elsewhere waits until verifiers know it, and then it signs', async () => {
    const { root, run, told } = await aKeyedShop(newDatabase)
    const listed = async (kid: string) =>
      ((await told('keys list acme')).keys as Listed[]).find((each) => each.kid === kid)
    writeFileSync(join(root, 'key.p12'), Buffer.from(MODERN, 'base64'))
    write(root, 'phrase', `${PASSPHRASE}\n`)
    const env = { TOKENIDP_ACTOR: 'ann' }
    const words = 'keys import acme key.p12 --passphrase-file phrase --activate --reason INC-9'
    const taken = await told(words, { env })
    const kid = String(taken.kid)
    expect(taken).toMatchObject({
      kind: 'KeyImport',
      algorithm: 'ES256',
      state: 'pending',
      activateAt: taken.knownAt,
      certificate: { subject: 'CN=acme signing' },
    })
    expect(await listed(kid)).toMatchObject({ state: 'pending', activateAt: taken.knownAt })
    const { keys } = await told('keys export acme --public')
    const published = (keys as Record<string, unknown>[]).find((each) => each.kid === kid)
    expect(published).toMatchObject({ use: 'sig', 'x5t#S256': expect.any(String) })
    expect(published?.x5c).toHaveLength(2)
    expect(published).not.toHaveProperty('d')
    expect((await told('audit --limit 3')).entries).toContainEqual(
      expect.objectContaining({ actor: 'ann', action: 'key.import', reason: 'INC-9' }),
    )
    const doctor = (await run('keys doctor acme --url http://127.0.0.1:1/')).stdout
    expect(doctor).toMatch(new RegExp(`certificate +that of ${kid} ends 21`))
    const early = await run(`keys promote acme -- ${kid}`)
    expect(early).toMatchObject({ code: 5, stderr: expect.stringContaining('may not know') })
    expect(await run(`keys promote acme --now -- ${kid}`)).toMatchObject({ code: 0 })
    expect(await listed(kid)).toMatchObject({ state: 'active' })
    const again = await run('keys import acme key.p12 --passphrase-file phrase')
    expect(again).toMatchObject({ code: 5, stderr: expect.stringContaining('it is active') })
    await run(`keys revoke acme --compromised -- ${kid}`)
    const leaked = await run('keys import acme key.p12 --passphrase-file phrase')
    expect(leaked).toMatchObject({ code: 5, stderr: expect.stringContaining('is compromised') })
  })
})

/** RSA of such primes: its public half is their product, whatever else is said of them. */
function rsaOf(p: bigint, q: bigint, said: Record<string, bigint> = {}): string {
  const e = 65_537n
  const d = inverse(e, (p - 1n) * (q - 1n))
  const crt = { dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) }
  return JSON.stringify({
    kty: 'RSA',
    ...Object.fromEntries(
      Object.entries({ n: p * q, e, d, p, q, ...crt, ...said }).map(([name, number]) => [
        name,
        base64url(number),
      ]),
    ),
  })
}

/** One that goes with the usual exponent. */
function prime(bits: number): bigint {
  const found = generatePrimeSync(bits, { bigint: true })
  return (found - 1n) % 65_537n === 0n ? prime(bits) : found
}

/** Found by their square root. */
function neighbours(): string {
  const p = prime(1024)
  let q = p + 2n
  while (!checkPrimeSync(q)) q += 2n
  return rsaOf(p, q)
}

function base64url(number: bigint): string {
  const hex = number.toString(16)
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url')
}

/** Euclid's way, extended. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [former, rest] = [value % modulus, modulus]
  let [found, next] = [1n, 0n]
  while (rest !== 0n) {
    const times = former / rest
    ;[former, rest] = [rest, former - times * rest]
    ;[found, next] = [next, found - times * next]
  }
  return ((found % modulus) + modulus) % modulus
}

interface Refused {
  readonly when: string
  readonly input: () => string
  readonly flags?: string
  readonly says: RegExp
  readonly nowMs?: number
}

const REFUSED: readonly Refused[] = [
  { when: 'RSA is short', input: () => pem(rsa(1024)), says: /have 2048 bits/ },
  { when: 'the exponent is 3', input: () => pem(rsa(2048, 3)), says: /public exponent is 3/ },
  {
    when: 'the two halves are of different keys',
    input: () => jwk(ec(), { d: ec().export({ format: 'jwk' }).d }),
    says: /does not belong to its public half/,
  },
  { when: 'the primes are neighbours', input: neighbours, says: /so close together/ },
  { when: 'a prime is short', input: () => rsaOf(prime(1984), prime(80)), says: /so short/ },
  {
    when: 'its primes are others',
    input: () => rsaOf(prime(1024), prime(1024), { p: 0n, q: 0n }),
    says: /not the product of two primes/,
  },
  { when: 'the curve is P-384', input: () => pem(ec('P-384')), says: /"ec secp384r1" signs none/ },
  {
    when: 'the policy does not hold it',
    input: () => EMPTY,
    says: /acme does not hold EdDSA\n.*holds ES256, RS256/,
  },
  {
    when: 'it cannot sign that',
    input: () => pem(ec()),
    flags: '--alg RS256',
    says: /cannot sign RS256/,
  },
  {
    when: 'it is for another algorithm',
    input: () => jwk(rsa(), { alg: 'PS256' }),
    flags: '--alg RS256',
    says: /for PS256, not for RS256/,
  },
  {
    when: 'it is for encryption',
    input: () => jwk(ec(), { use: 'enc' }),
    says: /is for "enc"/,
  },
  {
    when: 'it may only decrypt',
    input: () => jwk(rsa(), { key_ops: ['unwrapKey', 'decrypt'] }),
    says: /is for "unwrapKey, decrypt"/,
  },
  {
    when: 'it is printed in RFC 7515',
    input: () =>
      JSON.stringify({
        kty: 'EC',
        crv: 'P-256',
        x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
        y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
        d: 'jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI',
      }),
    says: /everybody can read it: RFC 7515 §A.3/,
  },
  {
    when: 'the certificate is of another key',
    input: () => `${pem(ec())}${selfSigned().cert}`,
    says: /no certificate beside it is of this key/,
  },
  {
    when: 'the certificate has ended',
    input: () => Object.values(selfSigned()).join(''),
    nowMs: Date.UTC(2050, 0, 1),
    says: /its certificate ended: Dec 31/,
  },
]

const [SQLITE] = databases.filter(({ engine }) => engine === 'sqlite')

describe('what keys import takes', () => {
  const aShop = () => aKeyedShop(async (root) => (await SQLITE?.newDatabase(root)) ?? '')

  test('every form of a file, from a file or from standard input', async () => {
    const { root, run, told } = await aShop()
    const key = rsa()
    const forms: readonly [input: string, kid: string | undefined][] = [
      [pem(ec()), undefined],
      [pem(ec(), 'sec1'), undefined],
      [pem(key, 'pkcs1'), await kidOf(key)],
      [`${selfSigned().key}`, undefined],
      [jwk(ec(), { alg: 'ES256', use: 'sig', kid: 'theirs' }), undefined],
      [`{"keys":[${jwk(ec())}]}`, undefined],
      [rsaOf(prime(1024), prime(1025)), undefined],
    ]
    for (const [input, kid] of forms) {
      const taken = await told('keys import acme -', { input })
      expect(taken).toMatchObject({ kind: 'KeyImport', state: 'pending', activateAt: null })
      if (kid !== undefined) expect(taken.kid).toBe(kid)
    }
    write(root, 'phrase', 'open sesame')
    for (const input of [
      OLD,
      encrypted(ec(), 'open sesame'),
      encrypted(rsa(), 'open sesame', 'pkcs1'),
    ])
      expect(await run('keys import acme - --passphrase-file phrase', { input })).toMatchObject({
        code: 0,
      })
  })

  test('what is weak, public, or not of the policy is refused', async () => {
    const { run } = await aShop()
    for (const { when, input, flags = '', says, nowMs } of REFUSED) {
      const around = nowMs === undefined ? {} : { nowMs }
      const words = `keys import acme - ${flags}`.trim()
      const { code, stdout, stderr } = await run(words, { input: input(), ...around })
      expect({ code, stdout }, when).toEqual({ code: 5, stdout: '' })
      expect(stderr, when).toMatch(says)
    }
  })

  test('what is no private key, or does not open, is told so without a word of it', async () => {
    const { root, run } = await aShop()
    const one = ec()
    write(root, 'phrase', 'another')
    write(root, 'x', 'x')
    const bad: readonly [input: string, says: RegExp, flags?: string][] = [
      [publicPem(one), /holds no private half/],
      [selfSigned().cert, /holds a certificate only/],
      [jwk(one, { d: undefined }), /holds no private half/],
      [jwk(rsa(), { p: undefined }), /has no p, q/],
      [JSON.stringify({ kty: 'oct', k: 'c2VjcmV0' }), /a secret that both sides know/],
      [`${pem(one)}${pem(ec())}`, /there are 2 of them/],
      ['{"kty":', /no JSON object/],
      ['nonsense', /no PKCS#12 file in DER/],
      [encrypted(one, 'right'), /no terminal to ask for the passphrase/],
      [encrypted(one, 'right'), /passphrase does not open the key/, '--passphrase-file phrase'],
      [endless(encrypted(one, 'x')), /cannot be read/, '--passphrase-file x'],
      [ofShortIv(encrypted(one, 'x')), /cannot be read/, '--passphrase-file x'],
      [MODERN, /passphrase does not open the key/, '--passphrase-file phrase'],
      [TOO_OLD, /no terminal to ask/],
      [TOO_OLD, /a form that is not read here\n.*openssl pkcs12/, '--passphrase-file x'],
    ]
    for (const [input, says, flags = ''] of bad) {
      const { code, stdout, stderr } = await run(`keys import acme - ${flags}`.trim(), { input })
      expect({ code, stdout }, stderr).toEqual({ code: 64, stdout: '' })
      expect(stderr).toMatch(says)
      expect(stderr).not.toContain(String(one.export({ format: 'jwk' }).d))
    }
    expect(await run('keys import acme nowhere.pem')).toMatchObject({ code: 64 })
    expect(await run('keys import acme - --passphrase-file -')).toMatchObject({ code: 64 })
  })
})
