import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { selfSigned } from './certificate.ts'

export interface Told {
  readonly at: number
  readonly method: string
  readonly contentType: string
  readonly form: Readonly<Record<string, string>>
}

export interface RelyingParty {
  /** Where it listens for logout tokens. */
  readonly uri: string
  readonly host: string
  readonly told: Told[]
  /** Answers from now on; `never` leaves the request open. */
  answers(status: number | 'never'): void
  close(): Promise<void>
}

/** Servers over TLS on loopback that write down what they are told, and the certificate to trust them by. */
export async function relyingParties(count: number) {
  const tls = selfSigned(['127.0.0.1'])
  const parties = await Promise.all(Array.from({ length: count }, () => aRelyingParty(tls)))
  return { parties, ca: tls.cert, close: () => Promise.all(parties.map((party) => party.close())) }
}

async function aRelyingParty(tls: { cert: string; key: string }): Promise<RelyingParty> {
  const told: Told[] = []
  let status: number | 'never' = 204
  const server: Server = createServer(tls, async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    told.push({
      at: Date.now(),
      method: request.method ?? '',
      contentType: request.headers['content-type'] ?? '',
      form: Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString())),
    })
    if (status !== 'never') response.writeHead(status).end('what it says is nobody’s business')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    uri: `https://${host}/logout`,
    host,
    told,
    answers(next) {
      status = next
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
