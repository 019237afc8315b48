import { type ClaimSet, signed, type TestKey } from './assertion.ts'
import type { Door } from './door.ts'
import type { Form } from './provider.ts'
import { requestKey } from './request-keys.ts'
import { requestTo } from './visitor.ts'

interface Signing {
  readonly now: number
  readonly claims?: ClaimSet
  readonly change?: Form
  readonly header?: Readonly<Record<string, unknown>>
  readonly key?: TestKey
}

/** One valid request of `signs` in an object; a claim that is undefined is left out. */
export function requestObject(door: Door, signing: Signing): Promise<string> {
  const { now, claims = {}, change = {}, header, key = requestKey('ES256') } = signing
  const request = Object.fromEntries(requestTo(door, { client_id: 'signs', ...change }))
  const own = { iss: 'signs', aud: door.issuer, iat: now, nbf: now, exp: now + 300 }
  return signed({ ...request, ...own, ...claims }, key, header)
}
