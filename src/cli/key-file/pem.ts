import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { DerError } from './der.ts'
import { KeyFileError, PassphraseError } from './key-file-error.ts'
import { encryptedKey } from './pkcs8.ts'
import type { KeysAndCertificates } from './pkcs12.ts'

/** RFC 1421 has headers before the base64, with dashes in them. */
const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----(?:[^-]|-(?!----))+-----END \1-----/g

const PRIVATE = ['PRIVATE KEY', 'ENCRYPTED PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY']

const ENCRYPTED = '-----BEGIN ENCRYPTED PRIVATE KEY-----'

export const isPem = (text: string): boolean => text.includes('-----BEGIN ')

/** PKCS#8, PKCS#1 and SEC1, encrypted or not, with certificates beside the key or without. */
export function pem(text: string, passphrase: string | undefined): KeysAndCertificates {
  const blocks = [...text.matchAll(BLOCK)].map(([whole, label = '']) => ({ whole, label }))
  if (blocks.some(({ label }) => label === 'OPENSSH PRIVATE KEY'))
    throw new KeyFileError(
      'it is a key for SSH',
      'ssh-keygen -p -m PEM -f <a copy of it> makes another form of it',
    )
  return {
    privateKeys: blocks
      .filter(({ label }) => PRIVATE.includes(label))
      .map(({ whole }) => privateKey(whole, passphrase)),
    certificates: blocks
      .filter(({ label }) => label === 'CERTIFICATE')
      .map(({ whole }) => certificate(whole)),
  }
}

function privateKey(block: string, passphrase: string | undefined): KeyObject {
  const isEncrypted = block.includes('ENCRYPTED')
  if (isEncrypted && passphrase === undefined) throw new PassphraseError()
  try {
    if (passphrase !== undefined && block.startsWith(ENCRYPTED))
      return encryptedKey(Buffer.from(block.split('-----')[2] ?? '', 'base64'), passphrase)
    return createPrivateKey(isEncrypted ? { key: block, passphrase } : block)
  } catch (error) {
    if (error instanceof PassphraseError || (isEncrypted && !(error instanceof DerError)))
      throw new PassphraseError()
    throw new KeyFileError('its private key cannot be read', 'openssl pkey -in <file> says why')
  }
}

function certificate(block: string): X509Certificate {
  try {
    return new X509Certificate(block)
  } catch {
    throw new KeyFileError('a certificate in it cannot be read', 'openssl x509 -in <file> says why')
  }
}
