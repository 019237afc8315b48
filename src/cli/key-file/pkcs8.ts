import { createPrivateKey, type KeyObject } from 'node:crypto'
import { der, parts, TAG, tagged } from './der.ts'
import { PassphraseError } from './key-file-error.ts'
import { decrypted } from './password-encryption.ts'

/**
 * An EncryptedPrivateKeyInfo (RFC 5958 §3). OpenSSL would count for hours where a file says so, so what is
 * known here is opened here; the rest is left to OpenSSL.
 */
export function encryptedKey(info: Buffer, passphrase: string): KeyObject {
  const [algorithm, body] = parts(der(info, TAG.sequence))
  const { content } = tagged(body, TAG.octets)
  const opened = decrypted(tagged(algorithm, TAG.sequence), content, passphrase)
  const key = opened === undefined ? { key: info, passphrase } : { key: opened }
  try {
    return createPrivateKey({ ...key, format: 'der', type: 'pkcs8' })
  } catch {
    throw new PassphraseError()
  }
}
