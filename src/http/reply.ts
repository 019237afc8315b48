import type { ServerResponse } from 'node:http'
import type { Reply } from '../oauth/exchange.ts'

export interface Sending {
  readonly always: Reply['headers']
  readonly isHead: boolean
}

export function send(response: ServerResponse, reply: Reply, { always, isHead }: Sending): void {
  const body = typeof reply.body === 'string' ? Buffer.from(reply.body) : reply.body
  response.statusCode = reply.status
  for (const [name, value] of Object.entries({ ...always, ...reply.headers }))
    response.setHeader(name, value)
  if (reply.status !== 204 && reply.status !== 304)
    response.setHeader('content-length', body.length)
  response.end(isHead ? undefined : body)
}
