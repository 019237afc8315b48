import { createServer, type Server } from 'node:http'
import type { Log } from '../../base/log.ts'
import { type Address, drain, listen } from './listen.ts'

const DRAIN_MS = 1000

/** On an address of its own: what it tells is no business of those who sign in. */
export async function serveMetrics(
  address: Address | undefined,
  text: () => string | Promise<string>,
  log: Log,
): Promise<{ stop(): Promise<void> }> {
  if (address === undefined) return { stop: async () => undefined }
  const server: Server = createServer(async (request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end()
      return
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end()
      return
    }
    const body = await text()
    response
      .writeHead(200, { 'content-type': 'text/plain; version=0.0.4', 'cache-control': 'no-store' })
      .end(body)
  })
  await listen(server, address)
  log.info('telling metrics', { host: address.host, port: address.port })
  return { stop: () => drain(server, DRAIN_MS) }
}
