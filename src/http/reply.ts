import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Reply } from '../oauth/exchange.ts'

export interface Sending {
  readonly always: Reply['headers']
  readonly isHead: boolean
}

/** Headers and a body that is text go out in one piece. */
export function send(response: ServerResponse, reply: Reply, { always, isHead }: Sending): void {
  const { status, body } = reply
  const hasLength = status !== 204 && status !== 304
  const length = hasLength ? { 'content-length': Buffer.byteLength(body) } : undefined
  response.writeHead(status, { ...always, ...reply.headers, ...length } as OutgoingHttpHeaders)
  response.end(isHead ? undefined : body)
}
