import { request } from 'node:https'

interface Sent {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string
}

/** Over TLS to a server whose certificate nobody vouches for; follows nothing. */
export const call = (url: string, { method = 'GET', headers = {}, body }: Sent = {}) =>
  new Promise<{ headers: Record<string, string | string[] | undefined>; body: string }>(
    (resolve, reject) => {
      const outgoing = request(
        url,
        { method, headers, rejectUnauthorized: false },
        async (incoming) => {
          const chunks: Buffer[] = []
          for await (const chunk of incoming) chunks.push(chunk)
          resolve({ headers: incoming.headers, body: Buffer.concat(chunks).toString() })
        },
      )
      outgoing.on('error', reject).end(body)
    },
  )
