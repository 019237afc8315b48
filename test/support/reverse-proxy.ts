import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'

/** What people put in front of several servers, in small: each request goes to the next one. */
export interface ReverseProxy {
  readonly url: string
  /** Which server was asked for what, in order. */
  readonly asked: readonly { readonly server: string; readonly path: string }[]
  /** From now on everything goes there; to all in turn where nothing is said. */
  only(server?: string): void
  close(): Promise<void>
}

export async function reverseProxy(
  port: number,
  servers: readonly string[],
): Promise<ReverseProxy> {
  const asked: { server: string; path: string }[] = []
  let chosen: string | undefined
  let turn = 0
  const next = (): string => {
    turn += 1
    return chosen ?? servers[turn % servers.length] ?? ''
  }
  const listener = createServer((incoming, outgoing) => {
    const server = next()
    asked.push({ server, path: new URL(incoming.url ?? '/', server).pathname })
    pass(server, incoming, outgoing)
  })
  listener.listen(port, '127.0.0.1')
  await once(listener, 'listening')
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    only(server) {
      chosen = server
    },
    async close() {
      listener.closeAllConnections()
      listener.close()
      await once(listener, 'close')
    },
  }
}

/** As proxies do: the host that the browser wrote, and where the request came from. */
function pass(server: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { method, headers } = incoming
  const forwarded = { ...headers, 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'http' }
  const onward = request(new URL(incoming.url ?? '/', server), {
    ...(method === undefined ? {} : { method }),
    headers: forwarded,
  })
  onward.once('response', (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
    answer.pipe(outgoing)
  })
  onward.once('error', () => outgoing.destroy())
  incoming.pipe(onward)
}
