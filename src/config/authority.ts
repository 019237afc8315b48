import { X509Certificate } from 'node:crypto'
import type { Diagnostic } from '../base/diagnostic.ts'
import { diagnostic } from './codes.ts'
import type { Graph } from './graph.ts'

export interface Authority {
  /** The certificates that the environment trusts besides the system's, in PEM. */
  readonly pem?: string
  readonly diagnostics: readonly Diagnostic[]
}

/** What `outbound.ca` names. Its text is applied, because servers do not see the project's files. */
export function readAuthority(
  { environment }: Graph,
  readFile: (path: string) => string | undefined,
): Authority {
  const path = environment.document.spec.outbound?.ca
  if (path === undefined) return { diagnostics: [] }
  const pem = readFile(path)
  if (pem !== undefined && holdsCertificates(pem)) return { pem: pem.trim(), diagnostics: [] }
  const message =
    pem === undefined ? `${path} cannot be read` : `${path} is not a file of certificates`
  const at = environment.source.at(['spec', 'outbound', 'ca'])
  const hint =
    'name a PEM file with certificates only, relative to the project file and inside its folder'
  return { diagnostics: [diagnostic('TIDP3020', at, message, { hint })] }
}

const BLOCK = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g

/** Certificates and blank lines: a private key that got in would be applied with them. */
function holdsCertificates(pem: string): boolean {
  const blocks = pem.match(BLOCK) ?? []
  return blocks.length > 0 && pem.replaceAll(BLOCK, '').trim() === '' && blocks.every(isCertificate)
}

function isCertificate(block: string): boolean {
  try {
    return new X509Certificate(block).raw.length > 0
  } catch {
    return false
  }
}
