import { createDecipheriv, createHash, pbkdf2Sync } from 'node:crypto'
import { type Der, DerError, oid, parts, smallInteger, TAG, tagged } from './der.ts'
import { PassphraseError } from './key-file-error.ts'

/** More would keep us busy for minutes: no tool writes it. */
const MOST_ITERATIONS = 10_000_000

/** What a password is made into keys with. */
export interface Stretching {
  readonly salt: Buffer
  readonly iterations: number
}

export function stretching(salt: Der | undefined, iterations: Der | undefined): Stretching {
  const count = iterations === undefined ? 1 : smallInteger(iterations)
  if (count < 1 || count > MOST_ITERATIONS) throw new DerError(`${count} iterations`)
  return { salt: tagged(salt, TAG.octets).content, iterations: count }
}

/** Those of RFC 7292 appendix B.3. */
export const PURPOSE = { key: 1, iv: 2, mac: 3 } as const

interface Derivation extends Stretching {
  readonly hash: string
  readonly purpose: number
  readonly size: number
}

/** RFC 7292 appendix B.2. */
export function pkcs12Key(passphrase: string, derivation: Derivation): Buffer {
  const { hash, salt, iterations, purpose, size } = derivation
  const block = hash === 'sha384' || hash === 'sha512' ? 128 : 64
  const diversifier = Buffer.alloc(block, purpose)
  let input: Buffer = Buffer.concat([filled(salt, block), filled(bmpString(passphrase), block)])
  let key: Buffer = Buffer.alloc(0)
  while (key.length < size) {
    let digest = createHash(hash).update(diversifier).update(input).digest()
    for (let done = 1; done < iterations; done += 1)
      digest = createHash(hash).update(digest).digest()
    key = Buffer.concat([key, digest])
    input = advanced(input, Buffer.alloc(block, digest), block)
  }
  return key.subarray(0, size)
}

/** Over and over, to the end of a block. */
const filled = (bytes: Buffer, block: number): Buffer =>
  bytes.length === 0 ? bytes : Buffer.alloc(Math.ceil(bytes.length / block) * block, bytes)

/** Two bytes a character, the more significant first, and a zero at the end. */
const bmpString = (text: string): Buffer => Buffer.from(`${text}\0`, 'utf16le').swap16()

/** Each block grows by this one, and by one. */
function advanced(input: Buffer, by: Buffer, block: number): Buffer {
  const sum = Buffer.from(input)
  for (let end = block; end <= sum.length; end += block) {
    let carry = 1
    for (let place = 1; place <= block; place += 1) {
      carry += (sum[end - place] ?? 0) + (by[block - place] ?? 0)
      sum[end - place] = carry & 0xff
      carry >>= 8
    }
  }
  return sum
}

const PBES2 = '1.2.840.113549.1.5.13'
const PBKDF2 = '1.2.840.113549.1.5.12'
const SHA1_3DES = '1.2.840.113549.1.12.1.3'

const AES: Readonly<Record<string, { readonly name: string; readonly size: number }>> = {
  '2.16.840.1.101.3.4.1.2': { name: 'aes-128-cbc', size: 16 },
  '2.16.840.1.101.3.4.1.22': { name: 'aes-192-cbc', size: 24 },
  '2.16.840.1.101.3.4.1.42': { name: 'aes-256-cbc', size: 32 },
}

const AES_BLOCK = 16

const HMACS: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.8': 'sha224',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
}

interface Cipher {
  readonly name: string
  readonly key: Buffer
  readonly iv: Buffer
}

/** Opens what is encrypted as `algorithm` says. `undefined` where that is too old, or too new. */
export function decrypted(algorithm: Der, bytes: Buffer, passphrase: string): Buffer | undefined {
  const cipher = cipherOf(algorithm, passphrase)
  if (cipher === undefined) return undefined
  const decipher = createDecipheriv(cipher.name, cipher.key, cipher.iv)
  try {
    return Buffer.concat([decipher.update(bytes), decipher.final()])
  } catch {
    throw new PassphraseError()
  }
}

function cipherOf(algorithm: Der, passphrase: string): Cipher | undefined {
  const [id, parameters] = parts(algorithm)
  const scheme = oid(id)
  if (parameters === undefined) return undefined
  if (scheme === PBES2) return pbes2(parameters, passphrase)
  if (scheme !== SHA1_3DES) return undefined
  const [salt, iterations] = parts(parameters)
  const common = { ...stretching(salt, iterations), hash: 'sha1' }
  return {
    name: 'des-ede3-cbc',
    key: pkcs12Key(passphrase, { ...common, purpose: PURPOSE.key, size: 24 }),
    iv: pkcs12Key(passphrase, { ...common, purpose: PURPOSE.iv, size: 8 }),
  }
}

/** RFC 8018 §6.2, appendix A.4. */
function pbes2(parameters: Der, passphrase: string): Cipher | undefined {
  const [derivation, encryption] = parts(parameters)
  const [kdf, given] = parts(tagged(derivation, TAG.sequence))
  const [cipher, iv] = parts(tagged(encryption, TAG.sequence))
  if (oid(kdf) !== PBKDF2 || given === undefined) return undefined
  const [salt, iterations, ...options] = parts(given)
  const stretched = stretching(salt, iterations)
  const aes = AES[oid(cipher)]
  const prf = options.find(({ tag }) => tag === TAG.sequence)
  const hash = prf === undefined ? 'sha1' : HMACS[oid(parts(prf)[0])]
  if (aes === undefined || hash === undefined) return undefined
  const { content } = tagged(iv, TAG.octets)
  if (content.length !== AES_BLOCK) throw new DerError(`an IV of ${content.length} bytes`)
  const key = pbkdf2Sync(passphrase, stretched.salt, stretched.iterations, aes.size, hash)
  return { name: aes.name, key, iv: content }
}
