import { parseNetwork } from '../../base/network.ts'
import { type Proxies, proxiesAt } from '../../http/proxies.ts'
import { variable } from '../environment.ts'
import { EXIT, Failure } from '../exit.ts'
import type { World } from '../invocation.ts'
import type { ProjectSettings } from '../project.ts'
import { type Address, addressText, freeAddress, parseListen } from './listen.ts'
import { type MutualTlsFlags, type MutualTlsSettings, mutualTlsSettings } from './mutual-tls.ts'
import { type Tls, type TlsFlags, tlsSettings } from './tls.ts'

export interface ServerFlags extends TlsFlags, MutualTlsFlags {
  readonly listen?: string
  readonly publicUrl?: string
  readonly trustedProxies?: string
  readonly metricsListen?: string
  readonly workers?: string
  readonly waitForConfig?: boolean
}

export interface ServerSettings {
  readonly address: Address
  /** True when a flag or variable chose the address, and not the project. */
  readonly isAddressGiven: boolean
  readonly publicUrl: string | undefined
  readonly tls: Tls | undefined
  readonly proxies: Proxies
  readonly mutualTls: MutualTlsSettings
  readonly metrics: Address | undefined
}

const DEFAULT_LISTEN = '127.0.0.1:4000'

/** Flag, variable, project file, default. */
export async function serverSettings(
  flags: ServerFlags,
  { variables, directory }: Pick<World, 'variables' | 'directory'>,
  project: ProjectSettings,
  free = freeAddress,
): Promise<ServerSettings> {
  const given = flags.listen ?? variable(variables, 'TOKENIDP_LISTEN')
  const wanted = parseListen(given ?? project.listen ?? DEFAULT_LISTEN)
  const trusted = flags.trustedProxies ?? variable(variables, 'TOKENIDP_TRUSTED_PROXIES')
  const settled = {
    address: await free(wanted),
    isAddressGiven: given !== undefined,
    publicUrl: publicUrl(flags.publicUrl ?? variable(variables, 'TOKENIDP_PUBLIC_URL')),
    tls: tlsSettings(flags, { variables, directory }, project),
    proxies: proxies(trusted, project),
    metrics: await metricsAddress(
      flags.metricsListen ?? variable(variables, 'TOKENIDP_METRICS_LISTEN'),
      free,
    ),
  }
  const { address, tls, proxies: inFront } = settled
  const around = { address, hasTls: tls !== undefined, hasProxies: inFront.areAny, free }
  return { ...settled, mutualTls: await mutualTlsSettings(flags, { variables }, project, around) }
}

const METRICS = '--metrics-listen'

const metricsAddress = async (
  text: string | undefined,
  free: typeof freeAddress,
): Promise<Address | undefined> =>
  text === undefined ? undefined : free(parseListen(text, METRICS), METRICS)

function proxies(given: string | undefined, project: ProjectSettings): Proxies {
  const texts = given?.split(',').map((each) => each.trim()) ?? project.trustedProxies ?? []
  return proxiesAt(
    texts.map((text) => {
      const network = parseNetwork(text)
      if (network !== undefined) return network
      throw new Failure(
        EXIT.usage,
        `"${text}" is not the address or network of a proxy to trust`,
        'write addresses and networks, for instance --trusted-proxies 10.0.0.0/8,::1',
      )
    }),
  )
}

function publicUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const url = URL.parse(text)
  const isOrigin =
    url !== null && /^https?:$/.test(url.protocol) && url.origin === text.replace(/\/$/, '')
  if (isOrigin) return url.origin
  throw new Failure(
    EXIT.usage,
    `"${text}" is not a public URL`,
    'write scheme, host and port, for instance --public-url https://id.example.com',
  )
}

/** What a browser on this machine calls this address. */
export const localUrl = (address: Address, tls: Tls | undefined): string =>
  `${tls === undefined ? 'http' : 'https'}://${addressText(address)}`
