import { createHmac, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { equalSecrets } from '../../base/digest.ts'
import { type Der, DerError, der, oid, parts, smallInteger, TAG, tagged } from './der.ts'
import { KeyFileError, PassphraseError } from './key-file-error.ts'
import { decrypted, PURPOSE, pkcs12Key, stretching } from './password-encryption.ts'
import { encryptedKey } from './pkcs8.ts'

/** What a file holds of keys. */
export interface KeysAndCertificates {
  readonly privateKeys: readonly KeyObject[]
  readonly certificates: readonly X509Certificate[]
}

const DATA = '1.2.840.113549.1.7.1'
const ENCRYPTED_DATA = '1.2.840.113549.1.7.6'
const KEY_BAG = '1.2.840.113549.1.12.10.1.1'
const SHROUDED_KEY_BAG = '1.2.840.113549.1.12.10.1.2'
const CERTIFICATE_BAG = '1.2.840.113549.1.12.10.1.3'
const X509 = '1.2.840.113549.1.9.22.1'

const BY_OPENSSL =
  'let openssl read it: openssl pkcs12 -legacy -nodes -in <file> | tokenidp keys import <tenant> -'

/**
 * A PKCS#12 file (RFC 7292) in the forms that tools write today, read here and not by another program: the
 * key is nowhere but in this process. Throws `PassphraseError` when the passphrase does not open it.
 */
export function pkcs12(bytes: Buffer, passphrase: string): KeysAndCertificates {
  try {
    const [version, authSafe, mac] = parts(der(bytes, TAG.sequence))
    if (smallInteger(version) !== 3) throw new DerError('not version 3')
    const safe = contentOf(tagged(authSafe, TAG.sequence), passphrase)
    if (mac !== undefined) checkMac(mac, safe, passphrase)
    const bags = parts(der(safe, TAG.sequence)).flatMap((each) =>
      parts(der(contentOf(each, passphrase), TAG.sequence)),
    )
    return keysIn(bags, passphrase)
  } catch (error) {
    if (!(error instanceof DerError)) throw error
    throw new KeyFileError(`it is no PKCS#12 file in DER: ${error.message}`, BY_OPENSSL)
  }
}

/** RFC 7292 §4: what is plain, or is encrypted with a password. */
function contentOf(info: Der, passphrase: string): Buffer {
  const [type, wrapped] = parts(info)
  const [content] = parts(tagged(wrapped, TAG.explicit), TAG.explicit)
  if (oid(type) === DATA) return tagged(content, TAG.octets).content
  if (oid(type) !== ENCRYPTED_DATA) throw tooUnusual()
  const [, encrypted] = parts(tagged(content, TAG.sequence))
  const [, algorithm, body] = parts(tagged(encrypted, TAG.sequence))
  const text = tagged(body, TAG.implicit).content
  const opened = decrypted(tagged(algorithm, TAG.sequence), text, passphrase)
  if (opened === undefined) throw tooUnusual()
  return opened
}

const HASHES: Readonly<Record<string, readonly [name: string, size: number]>> = {
  '1.3.14.3.2.26': ['sha1', 20],
  '2.16.840.1.101.3.4.2.4': ['sha224', 28],
  '2.16.840.1.101.3.4.2.1': ['sha256', 32],
  '2.16.840.1.101.3.4.2.2': ['sha384', 48],
  '2.16.840.1.101.3.4.2.3': ['sha512', 64],
}

function checkMac(mac: Der, safe: Buffer, passphrase: string): void {
  const [info, salt, iterations] = parts(mac)
  const [algorithm, expected] = parts(tagged(info, TAG.sequence))
  const [hash, size] = HASHES[oid(parts(tagged(algorithm, TAG.sequence))[0])] ?? []
  if (hash === undefined || size === undefined) throw tooUnusual()
  const derivation = { ...stretching(salt, iterations), hash, size, purpose: PURPOSE.mac }
  const found = createHmac(hash, pkcs12Key(passphrase, derivation)).update(safe).digest('base64url')
  const wanted = tagged(expected, TAG.octets).content.toString('base64url')
  if (!equalSecrets(found, wanted)) throw new PassphraseError()
}

function keysIn(bags: readonly Der[], passphrase: string): KeysAndCertificates {
  const found = bags.map((bag) => {
    const [id, wrapped] = parts(bag)
    const [value] = parts(tagged(wrapped, TAG.explicit), TAG.explicit)
    return { kind: oid(id), value }
  })
  const values = (wanted: string): readonly Der[] =>
    found.flatMap(({ kind, value }) => (kind === wanted && value !== undefined ? [value] : []))
  return {
    privateKeys: [
      ...values(KEY_BAG).map(({ whole }) => privateKey(whole)),
      ...values(SHROUDED_KEY_BAG).map(({ whole }) => encryptedKey(whole, passphrase)),
    ],
    certificates: values(CERTIFICATE_BAG).map(certificateOf),
  }
}

function privateKey(key: Buffer): KeyObject {
  try {
    return createPrivateKey({ key, format: 'der', type: 'pkcs8' })
  } catch {
    throw tooUnusual()
  }
}

function certificateOf(bag: Der): X509Certificate {
  const [type, wrapped] = parts(bag)
  const [value] = parts(tagged(wrapped, TAG.explicit), TAG.explicit)
  if (oid(type) !== X509) throw tooUnusual()
  const { content } = tagged(value, TAG.octets)
  try {
    return new X509Certificate(content)
  } catch {
    throw new DerError('a certificate that is none')
  }
}

const tooUnusual = (): KeyFileError =>
  new KeyFileError('it is a PKCS#12 file of a form that is not read here', BY_OPENSSL)
