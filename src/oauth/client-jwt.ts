import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import type { JsonObject } from '../base/json.ts'
import type { Application } from '../model/application.ts'
import type { Jwk } from '../model/jwk.ts'
import { clientKeys } from './client-keys.ts'
import type { Context } from './context.ts'
import { jwsHeader, signedClaims } from './tokens/jws.ts'

/** What applications may sign with. No others: each has one kind of key (RFC 8725 §3.1). */
export const CLIENT_SIGNING_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const
export type ClientSigningAlgorithm = (typeof CLIENT_SIGNING_ALGORITHMS)[number]

const KEY_OF: Readonly<Record<ClientSigningAlgorithm, Readonly<Record<string, string>>>> = {
  RS256: { kty: 'RSA' },
  PS256: { kty: 'RSA' },
  ES256: { kty: 'EC', crv: 'P-256' },
  EdDSA: { kty: 'OKP', crv: 'Ed25519' },
}

/** Several keys without a name are tried one by one, but not without end. */
const MAX_TRIES = 4

/** The claims of a JWT that this application signed with a key of its own; `undefined` for anything else. */
export async function clientSignedClaims(
  token: string,
  application: Application,
  context: Context,
): Promise<JsonObject | undefined> {
  const { alg, kid } = jwsHeader(token) ?? {}
  const algorithm = CLIENT_SIGNING_ALGORITHMS.find((known) => known === alg)
  if (algorithm === undefined || (kid !== undefined && typeof kid !== 'string')) return undefined
  const keys = await clientKeys(application, { kid }, context)
  const fitting = keys.filter((key) => fits(key, algorithm, kid)).slice(0, MAX_TRIES)
  for (const key of fitting) {
    const publicKey = keyObject(key)
    const claims = publicKey && (await signedClaims(token, publicKey, algorithm))
    if (claims !== undefined) return claims
  }
  return undefined
}

const fits = (key: Jwk, algorithm: ClientSigningAlgorithm, kid: string | undefined): boolean =>
  Object.entries(KEY_OF[algorithm]).every(([name, value]) => key[name] === value) &&
  (key.alg === undefined || key.alg === algorithm) &&
  (key.use === undefined || key.use === 'sig') &&
  (kid === undefined || key.kid === kid)

export function keyObject(jwk: Jwk): KeyObject | undefined {
  try {
    return createPublicKey({ key: { ...jwk } as JsonWebKey, format: 'jwk' })
  } catch {
    return undefined
  }
}
