import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { EXIT, Failure } from '../exit.ts'

export interface Tls {
  readonly cert: Buffer
  readonly key: Buffer
}

/** Checked at once: a key that does not belong to the certificate would fail at the first visitor. */
export function readTls(certPath: string, keyPath: string): Tls {
  const cert = attempt(`${certPath} cannot be read`, () => readFileSync(certPath))
  const key = attempt(`${keyPath} cannot be read`, () => readFileSync(keyPath))
  const certificate = attempt(
    `${certPath} holds no certificate in PEM`,
    () => new X509Certificate(cert),
  )
  const privateKey = attempt(`${keyPath} holds no private key in PEM that we can open`, () =>
    createPrivateKey(key),
  )
  if (!certificate.checkPrivateKey(privateKey))
    throw unusable(`${keyPath} is not the private key of the certificate in ${certPath}`)
  attempt(`${certPath} and ${keyPath} do not make a TLS identity`, () =>
    createSecureContext({ cert, key }),
  )
  return { cert, key }
}

function attempt<T>(whatIfNot: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw unusable(`${whatIfNot}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

const unusable = (what: string): Failure =>
  new Failure(
    EXIT.failed,
    what,
    'give a PEM certificate chain with --tls-cert and its private key with --tls-key',
  )
