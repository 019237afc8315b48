/** Private keys as people have them in files. Reads them into memory, and nowhere else. */
import type { KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { EXIT, Failure } from '../exit.ts'
import type { Invocation } from '../invocation.ts'
import { readPassphrase } from '../password-input.ts'
import { jwk, type SaidOfKey } from './jwk.ts'
import { KeyFileError, PassphraseError } from './key-file-error.ts'
import { isPem, pem } from './pem.ts'
import { type KeysAndCertificates, pkcs12 } from './pkcs12.ts'

export interface KeyFile extends SaidOfKey {
  readonly privateKey: KeyObject
  readonly certificates: readonly X509Certificate[]
}

type Read = KeysAndCertificates & Partial<SaidOfKey>

/** From a file, or with `-` from standard input; a PKCS#12 file there in base64. */
export async function readKey(
  invocation: Invocation,
  path: string,
  passphraseFile: string | undefined,
): Promise<KeyFile> {
  if (path === '-' && passphraseFile === '-')
    throw new Failure(
      EXIT.usage,
      'the key and its passphrase cannot both come from standard input',
      'put the passphrase in a file: --passphrase-file <path>',
    )
  const bytes =
    path === '-' ? Buffer.from(await invocation.world.io.read()) : contents(invocation, path)
  try {
    const read = await opened(invocation, readerOf(bytes), passphraseFile)
    const { algorithm, use, kid, certificates } = read
    return { privateKey: onlyKey(read), certificates, algorithm, use, kid }
  } catch (error) {
    if (!(error instanceof KeyFileError)) throw error
    throw new Failure(EXIT.usage, `${nameOf(path)} is no private key: ${error.message}`, error.next)
  }
}

const nameOf = (path: string): string => (path === '-' ? 'what standard input holds' : path)

const MOST_BYTES = 262_144

function contents({ world }: Invocation, path: string): Buffer {
  const file = resolve(world.directory, path)
  try {
    if (statSync(file).size <= MOST_BYTES) return readFileSync(file)
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? error.code : error
    throw new Failure(EXIT.usage, `${path} cannot be read: ${why}`, 'check the path')
  }
  throw new Failure(EXIT.usage, `${path} is no key: it is too large`, 'check the path')
}

type Reader = (passphrase: string | undefined) => Read

function readerOf(bytes: Buffer): Reader {
  const text = bytes.toString('utf8').trim()
  if (isPem(text)) return (passphrase) => pem(text, passphrase)
  if (text.startsWith('{') || text.startsWith('[')) return () => jwk(text)
  const isBase64 = /^MI[A-Za-z0-9+/=\s]+$/.test(text)
  const binary = isBase64 ? Buffer.from(text, 'base64') : bytes
  // Many are encrypted with an empty passphrase, for programs that insist on one.
  return (passphrase) => pkcs12(binary, passphrase ?? '')
}

async function opened(
  invocation: Invocation,
  read: Reader,
  passphraseFile: string | undefined,
): Promise<Read> {
  if (passphraseFile === undefined)
    try {
      return read(undefined)
    } catch (error) {
      if (!(error instanceof PassphraseError)) throw error
    }
  const passphrase = await readPassphrase(invocation, passphraseFile)
  try {
    return read(passphrase)
  } catch (error) {
    if (!(error instanceof PassphraseError)) throw error
    throw new Failure(EXIT.usage, 'the passphrase does not open the key', 'give the right one')
  }
}

function onlyKey({ privateKeys, certificates }: Read): KeyObject {
  const [key, ...others] = privateKeys
  if (others.length > 0)
    throw new KeyFileError(`there are ${privateKeys.length} of them`, 'give one key at a time')
  if (key !== undefined) return key
  throw new KeyFileError(
    certificates.length > 0 ? 'it holds a certificate only' : 'it holds no private half',
    'give the private key: PEM, JWK or PKCS#12',
  )
}
