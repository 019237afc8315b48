import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { EXIT, Failure } from '../exit.ts'

export interface Tls {
  readonly cert: Buffer
  readonly key: Buffer
}

/** Checked at once: a key that does not belong to the certificate would fail at the first visitor. */
export function readTls(certPath: string, keyPath: string): Tls {
  const files = { cert: read(certPath), key: read(keyPath) }
  try {
    createSecureContext(files)
    return files
  } catch (error) {
    throw unusable(`${certPath} and ${keyPath} do not make a TLS identity`, error)
  }
}

function read(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw unusable(`${path} cannot be read`, error)
  }
}

const unusable = (what: string, error: unknown): Failure =>
  new Failure(
    EXIT.failed,
    `${what}: ${error instanceof Error ? error.message : String(error)}`,
    'give a PEM certificate chain with --tls-cert and its private key with --tls-key',
  )
