import type { Door } from './door.ts'
import { basic, type Form } from './provider.ts'
import { requestTo } from './visitor.ts'

/** Pushes one valid authorization request of `own`, changed; a public client authenticates by its id alone. */
export async function push(door: Door, change: Form = {}, headers: HeadersInit = basic('own')) {
  const reply = await fetch(`${door.issuer}/par`, {
    method: 'POST',
    headers,
    body: requestTo(door, change),
  })
  const body = await reply.json()
  return { status: reply.status, headers: reply.headers, body, uri: String(body.request_uri) }
}

/** What a browser is sent to the authorization endpoint with. */
export const pushedUrl = (door: Door, uri: string, change: Form = {}): string =>
  `${door.issuer}/authorize?${new URLSearchParams({ client_id: 'own', request_uri: uri, ...change })}`
