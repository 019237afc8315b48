import { type Agent, request } from 'node:https'

interface Sent {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string
  /** What the client shows in the handshake. */
  readonly certificate?: { readonly cert: string; readonly key: string } | undefined
  readonly agent?: Agent
}

interface Received {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly body: string
}

/** Over TLS to a server whose certificate nobody vouches for; follows nothing. */
export const call = (
  url: string,
  { method = 'GET', headers = {}, body, certificate, agent }: Sent = {},
) =>
  new Promise<Received>((resolve, reject) => {
    const outgoing = request(
      url,
      { method, headers, rejectUnauthorized: false, ...certificate, ...(agent && { agent }) },
      async (incoming) => {
        const chunks: Buffer[] = []
        for await (const chunk of incoming) chunks.push(chunk)
        const { statusCode: status = 0 } = incoming
        resolve({ status, headers: incoming.headers, body: Buffer.concat(chunks).toString() })
      },
    )
    outgoing.on('error', reject).end(body)
  })
