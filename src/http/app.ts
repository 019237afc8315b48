/**
 * The door: which tenant, which endpoint, read once, answered once. Express lives in this folder and
 * nowhere else; nothing below sees its requests. Knows no SQL and no YAML.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { TLS_CIPHERS, type TlsVersion } from '../base/tls.ts'
import { loginEndpoints } from '../login/index.ts'
import type { MutualTls } from '../model/capabilities.ts'
import type { Endpoint } from '../oauth/endpoints/endpoint.ts'
import { endpointsWith } from '../oauth/endpoints/index.ts'
import { MUTUAL_TLS_ENDPOINTS } from '../oauth/mutual-tls.ts'
import { verifiedTokens } from '../oauth/tokens/verified.ts'
import { answer, type World } from './answer.ts'
import { openBudgets } from './budget.ts'
import { noCertificate, ofHandshake, ofHeader } from './client-certificate.ts'
import { answerClientErrors } from './client-error.ts'
import { bareExpress } from './express.ts'
import { NO_PROXIES, type Proxies } from './proxies.ts'
import { send } from './reply.ts'
import { securityHeaders } from './security-headers.ts'
import { aliasPlaceOf, placeOf } from './tenant.ts'

export type { ServedState } from './answer.ts'

export interface AppOptions extends Omit<World, Made> {
  /** None unless given. */
  readonly proxies?: Proxies
  readonly tls?: Identity
  readonly certificates?: CertificateOptions
}

type Made = 'endpoints' | 'proxies' | 'budgets' | 'verified' | 'certificateOf' | 'placeOf'

/** How those of clients reach us; not at all unless one is given. */
interface CertificateOptions extends MutualTls {
  /** In which trusted proxies tell them. */
  readonly header?: string | undefined
}

/** What it shows over TLS, and to whom. */
interface Identity {
  readonly cert: string | Buffer
  readonly key: string | Buffer
  readonly ciphers?: string
  readonly minVersion?: TlsVersion
}

const TERMS = { ciphers: TLS_CIPHERS, minVersion: 'TLSv1.2', honorCipherOrder: true } as const

export interface Servers {
  readonly main: Server
  /** Asks for certificates, and is therefore no place for browsers. */
  readonly mutual: Server | undefined
}

/** Servers that are not listening yet. */
export function createApp(options: AppOptions): Servers {
  const { tls, certificates, proxies = NO_PROXIES, ...given } = options
  const { listener, header } = certificates ?? {}
  const hasListener = listener !== undefined && tls !== undefined
  const mutualTls = hasListener || header !== undefined ? { listener } : undefined
  const { endpoints } = endpointsWith(loginEndpoints(given.passwords), mutualTls)
  const world = {
    ...given,
    proxies,
    budgets: openBudgets(given.random),
    verified: verifiedTokens(),
  }
  const main = {
    ...world,
    placeOf,
    certificateOf: header === undefined ? noCertificate : ofHeader(header, proxies),
    endpoints: byPath(endpoints),
  }
  if (!hasListener) return { main: serverOf(main, tls), mutual: undefined }
  const forClients = endpoints.filter(({ metadata = '' }) =>
    MUTUAL_TLS_ENDPOINTS.includes(metadata),
  )
  const mutual = {
    ...world,
    placeOf: aliasPlaceOf,
    certificateOf: ofHandshake,
    endpoints: byPath(forClients),
  }
  // Whoever has none may go on: whether one is needed is for the method of the application to say.
  const asking = { ...tls, requestCert: true, rejectUnauthorized: false }
  return { main: serverOf(main, tls), mutual: serverOf(mutual, asking) }
}

function serverOf(world: World, tls: Identity | undefined): Server {
  const door: Door = {
    ...world,
    // Of a server that stops: who keeps a connection would go on asking until it is cut off.
    isLast: () => !server.listening,
  }
  const { app, bornIn } = bareExpress()
  app.use((request, response) => respond(request, response, door))
  const limits = { headersTimeout: 10_000, requestTimeout: 30_000, maxHeaderSize: 16 * 1024 }
  const settings = { ...bornIn, ...limits }
  const server: Server =
    tls === undefined
      ? createServer(settings, app)
      : createTlsServer({ ...settings, ...TERMS, ...tls }, app)
  answerClientErrors(server, { ...world, publicUrl: () => world.state().snapshot.publicUrl })
  return server
}

const byPath = (endpoints: readonly Endpoint[]): ReadonlyMap<string, Endpoint> =>
  new Map(endpoints.flatMap((endpoint) => endpoint.paths.map((path) => [path, endpoint] as const)))

interface Door extends World {
  /** Whether no further request is wanted on this connection. */
  isLast(): boolean
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  world: Door,
): Promise<void> {
  try {
    const { reply, isHttps } = await answer(request, world)
    if (world.isLast()) response.setHeader('connection', 'close')
    send(response, reply, { always: securityHeaders(isHttps), isHead: request.method === 'HEAD' })
  } catch (error) {
    // Express would answer with a stack.
    world.log.error('a request could not be answered', { error })
    response.destroy()
  }
}
