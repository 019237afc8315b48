import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { type JWTPayload, SignJWT } from 'jose'
import type { Jwk } from '../../src/model/jwk.ts'
import { NOW } from './builders.ts'

export interface TestKey {
  readonly kid: string
  readonly alg: string
  readonly privateKey: KeyObject
  readonly jwk: Jwk
}

const PAIRS: Readonly<Record<string, () => { publicKey: KeyObject; privateKey: KeyObject }>> = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  PS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  EdDSA: () => generateKeyPairSync('ed25519'),
}

/** A key of an application. */
export function aKey(kid: string, alg = 'ES256', change: Jwk = {}): TestKey {
  const pair = PAIRS[alg]?.()
  if (pair === undefined) throw new Error(`no such keys: ${alg}`)
  const jwk = {
    ...pair.publicKey.export({ format: 'jwk' }),
    kid,
    alg,
    use: 'sig',
    ...change,
  } as Jwk
  return { kid, alg, privateKey: pair.privateKey, jwk }
}

/** Its private half as libraries for the web want it. */
export const webKey = ({ privateKey }: TestKey): Promise<CryptoKey> =>
  crypto.subtle.importKey(
    'jwk',
    privateKey.export({ format: 'jwk' }) as JsonWebKey,
    { name: 'ECDSA', namedCurve: 'P-256' },
    false,
    ['sign'],
  )

export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

let count = 0

/** Also what a claim may not be. */
export type ClaimSet = Readonly<Record<string, unknown>>

/** What a client would say of itself now; every one with a `jti` of its own. */
export function aClaimSet(clientId: string, audience: unknown, change: ClaimSet = {}): ClaimSet {
  count += 1
  const instants = { iat: NOW, exp: NOW + 60 }
  return {
    iss: clientId,
    sub: clientId,
    aud: audience,
    jti: `jti-${count}`,
    ...instants,
    ...change,
  }
}

export const signed = (
  claims: ClaimSet,
  key: Pick<TestKey, 'alg' | 'kid'> & { readonly privateKey: KeyObject | Uint8Array },
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> =>
  new SignJWT(claims as JWTPayload)
    .setProtectedHeader({ alg: key.alg, kid: key.kid, ...header })
    .sign(key.privateKey)
