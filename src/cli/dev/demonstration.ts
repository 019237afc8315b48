import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Random } from '../../base/random.ts'
import type { Application } from '../../model/application.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import { ask, type Begun, begin, type Part, take } from './relying-party.ts'

export interface Playing {
  readonly snapshot: () => Snapshot
  /** As it stands in the documents. */
  readonly secretOf: (tenant: string, application: Application) => string | undefined
  readonly random: Random
}

/** Plays applications that exist only as documents, so that a person can sign in to them. */
export interface Demonstration {
  /** Where a sign-in begins; undefined when no redirect URI leads back to this machine. */
  urlOf(tenant: string, application: Application): string | undefined
  close(): Promise<void>
}

const HOST = '127.0.0.1'
const PATIENCE_MS = 600_000
const HEADERS = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }

/**
 * Sign-ins begin at a port of its own. An application's redirect address is taken only while one is
 * under way, because it belongs to the application as soon as that is real.
 */
export async function openDemonstration(playing: Playing): Promise<Demonstration> {
  const callbacks = new Set<Server>()
  const server = createServer((request, response) => {
    const part = partAt(request.url ?? '', playing.snapshot())
    if (part === undefined || request.headers.host !== hostOf(server))
      return say(response, 404, 'There is no such application here.')
    const begun = begin(playing.random)
    void awaitAnswer(part, begun, playing, callbacks).then((isListening) => {
      if (isListening) response.writeHead(303, { location: ask(part, begun) }).end()
      else say(response, 409, `Another program listens at ${part.redirectUri.origin}: begin there.`)
    })
  })
  await listens(server, HOST, 0)
  return {
    urlOf: (tenant, application) =>
      redirectUriOf(application) && `http://${hostOf(server)}/${tenant}/${application.clientId}`,
    async close() {
      await Promise.all([server, ...callbacks].map(closed))
    },
  }
}

/** Listens at the redirect URI for the answer to one request, and then no longer. */
async function awaitAnswer(
  part: Part,
  begun: Begun,
  playing: Playing,
  callbacks: Set<Server>,
): Promise<boolean> {
  const { redirectUri, tenant, application } = part
  const server = createServer((request, response) => {
    const url = URL.parse(request.url ?? '', redirectUri.origin)
    if (url?.pathname !== redirectUri.pathname || request.headers.host !== redirectUri.host)
      return say(response, 404, 'There is nothing here.')
    if (url.searchParams.get('state') !== begun.state)
      return say(response, 400, 'This answer belongs to no sign-in begun here.')
    response.once('close', () => void closed(server))
    const secret = playing.secretOf(tenant.name, application) ?? ''
    take(url.searchParams, part, begun, secret)
      .then((text) => say(response, 200, text))
      .catch(() => say(response, 502, 'The provider gave no answer that can be read.'))
  })
  const patience = setTimeout(() => void closed(server), PATIENCE_MS).unref()
  server.once('close', () => {
    clearTimeout(patience)
    callbacks.delete(server)
  })
  await Promise.all(
    [...callbacks].filter((other) => portOf(other) === redirectUri.port).map(closed),
  )
  callbacks.add(server)
  return listens(server, redirectUri.hostname, Number(redirectUri.port))
}

function partAt(path: string, { byName }: Snapshot): Part | undefined {
  const [, name = '', clientId = ''] = path.split('/')
  const tenant = byName.get(name)
  const application = tenant?.applications.get(decodeURIComponent(clientId))
  const redirectUri = application && redirectUriOf(application)
  return tenant && application && redirectUri && { tenant, application, redirectUri }
}

const redirectUriOf = (application: Application): URL | undefined =>
  application.redirectUris
    .map((uri) => new URL(uri))
    .find(
      ({ protocol, hostname, port }) => protocol === 'http:' && hostname === HOST && port !== '',
    )

/** A page of another name must not read what is shown here (DNS rebinding). */
const hostOf = (server: Server): string => `${HOST}:${portOf(server)}`

const portOf = (server: Server): string =>
  String((server.address() as AddressInfo | null)?.port ?? '')

const listens = (server: Server, host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, host, () => resolve(true))
  })

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })

const say = (response: ServerResponse, status: number, text: string): void => {
  response.writeHead(status, { ...HEADERS, connection: 'close' }).end(`${text}\n`)
}
