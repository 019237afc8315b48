import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { createSecureContext } from 'node:tls'
import { TLS_CIPHERS, TLS_VERSIONS, type TlsVersion } from '../../base/tls.ts'
import { variable } from '../environment.ts'
import { EXIT, Failure } from '../exit.ts'
import type { World } from '../invocation.ts'
import type { ProjectSettings } from '../project.ts'

export interface Tls {
  readonly cert: Buffer
  readonly key: Buffer
  readonly ciphers: string
  readonly minVersion: TlsVersion
}

export interface TlsFlags {
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly tlsCiphers?: string
  readonly tlsMinVersion?: string
}

/** Undefined where TLS ends in front of us. */
export function tlsSettings(
  flags: TlsFlags,
  { variables, directory }: Pick<World, 'variables' | 'directory'>,
  project: ProjectSettings,
): Tls | undefined {
  const cert = flags.tlsCert ?? variable(variables, 'TOKENIDP_TLS_CERT')
  const key = flags.tlsKey ?? variable(variables, 'TOKENIDP_TLS_KEY')
  const version = flags.tlsMinVersion ?? variable(variables, 'TOKENIDP_TLS_MIN_VERSION')
  const terms = {
    ciphers:
      flags.tlsCiphers ??
      variable(variables, 'TOKENIDP_TLS_CIPHERS') ??
      project.tls?.ciphers ??
      TLS_CIPHERS,
    minVersion: parseVersion(version ?? project.tls?.minVersion ?? 'TLSv1.2'),
  }
  if (cert !== undefined && key !== undefined)
    return readTls(resolve(directory, cert), resolve(directory, key), terms)
  if (cert !== undefined || key !== undefined)
    throw new Failure(
      EXIT.usage,
      'TLS needs a certificate and its key, and one of them is missing',
      'give both --tls-cert and --tls-key',
    )
  if (project.tls === undefined) return undefined
  const at = (path: string) => resolve(project.root, path)
  return readTls(at(project.tls.cert), at(project.tls.key), terms)
}

function parseVersion(text: string): TlsVersion {
  const found = TLS_VERSIONS.find((version) => version === text)
  if (found !== undefined) return found
  throw new Failure(
    EXIT.usage,
    `"${text}" is not a version of TLS to insist on`,
    `use one of ${TLS_VERSIONS.join(', ')} with --tls-min-version`,
  )
}

/** Checked at once: a key that does not belong to the certificate would fail at the first visitor. */
function readTls(
  certPath: string,
  keyPath: string,
  terms: Pick<Tls, 'ciphers' | 'minVersion'>,
): Tls {
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
  checkCiphers(terms)
  return { cert, key, ...terms }
}

function checkCiphers(terms: Pick<Tls, 'ciphers' | 'minVersion'>): void {
  try {
    createSecureContext(terms)
  } catch {
    throw new Failure(
      EXIT.usage,
      `"${terms.ciphers}" holds no cipher suite that this program knows`,
      'write names of OpenSSL with colons between them, or leave out --tls-ciphers',
    )
  }
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
