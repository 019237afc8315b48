import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** Stands between a program and its PostgreSQL, and can be pulled out and put back. */
export interface Cable {
  readonly url: string
  /** Everything under way breaks, and whoever tries again is turned away. */
  pull(): Promise<void>
  mend(): Promise<void>
}

export async function cable(databaseUrl: string): Promise<Cable> {
  const { hostname, port } = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(Number(port), hostname)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one)
      one.on('error', () => undefined)
      one.once('close', () => {
        sockets.delete(one)
        other.destroy()
      })
      one.pipe(other)
    }
  })
  const at = await listening(server, 0)
  const url = new URL(databaseUrl)
  url.host = `127.0.0.1:${at}`
  return {
    url: url.href,
    async pull() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
    mend: async () => void (await listening(server, at)),
  }
}

async function listening(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
