import { variable } from '../environment.ts'
import { EXIT, Failure } from '../exit.ts'
import type { World } from '../invocation.ts'
import type { ProjectSettings } from '../project.ts'
import { type Address, addressText, type freeAddress, parseListen } from './listen.ts'

export interface MutualTlsFlags {
  readonly mtlsListen?: string
  readonly mtlsPublicUrl?: string
  readonly clientCertificateHeader?: string
}

/** How certificates of clients reach us (RFC 8705); not at all where both are undefined. */
export interface MutualTlsSettings {
  readonly listener:
    | { readonly address: Address; readonly publicUrl: string | undefined }
    | undefined
  /** In which trusted proxies tell them. */
  readonly header: string | undefined
}

/** What else was settled. */
interface Around {
  readonly address: Address
  readonly hasTls: boolean
  readonly hasProxies: boolean
  readonly free: typeof freeAddress
}

const FLAG = '--mtls-listen'

export async function mutualTlsSettings(
  flags: MutualTlsFlags,
  { variables }: Pick<World, 'variables'>,
  project: ProjectSettings,
  around: Around,
): Promise<MutualTlsSettings> {
  const listen =
    flags.mtlsListen ?? variable(variables, 'TOKENIDP_MTLS_LISTEN') ?? project.mtls?.listen
  const url =
    flags.mtlsPublicUrl ??
    variable(variables, 'TOKENIDP_MTLS_PUBLIC_URL') ??
    project.mtls?.publicUrl
  const header =
    flags.clientCertificateHeader ??
    variable(variables, 'TOKENIDP_CLIENT_CERTIFICATE_HEADER') ??
    project.clientCertificateHeader
  if (header !== undefined) checkHeader(header, around)
  const publicUrl = httpsOrigin(url)
  if (listen !== undefined)
    return { header, listener: { address: await listenerAt(listen, around), publicUrl } }
  if (publicUrl === undefined) return { header, listener: undefined }
  throw new Failure(
    EXIT.usage,
    `${publicUrl} is the public URL of a listener for client certificates, and there is none`,
    `add ${FLAG} host:port, or leave out --mtls-public-url`,
  )
}

async function listenerAt(text: string, { address, hasTls, free }: Around): Promise<Address> {
  const wanted = parseListen(text, FLAG)
  if (!hasTls)
    throw new Failure(
      EXIT.usage,
      `client certificates are asked for over TLS, and ${addressText(wanted)} has no certificate of its own`,
      `give --tls-cert and --tls-key with ${FLAG}; behind a proxy that ends TLS, use --client-certificate-header`,
    )
  if (addressText(wanted) === addressText(address))
    throw new Failure(
      EXIT.usage,
      `${addressText(wanted)} is where browsers go, and they must not be asked for certificates`,
      `choose another port with ${FLAG} host:port`,
    )
  return free(wanted, FLAG)
}

function checkHeader(header: string, { hasProxies }: Around): void {
  const next = 'write for instance --client-certificate-header X-Client-Cert'
  if (!/^[A-Za-z0-9-]{1,64}$/.test(header))
    throw new Failure(EXIT.usage, `"${header}" is not the name of a header`, next)
  if (hasProxies) return
  throw new Failure(
    EXIT.usage,
    `certificates in ${header} are believed of trusted proxies alone, and there is none`,
    'name them, for instance --trusted-proxies 10.0.0.0/8',
  )
}

function httpsOrigin(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const url = URL.parse(text)
  if (url?.protocol === 'https:' && url.origin === text.replace(/\/$/, '')) return url.origin
  throw new Failure(
    EXIT.usage,
    `"${text}" is not a public URL for client certificates`,
    'write https, host and port, for instance --mtls-public-url https://mtls.example.com',
  )
}
