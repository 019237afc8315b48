import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { isPublicJwk, type Jwk } from './jwk.ts'

/** What saved plans are signed with (RFC 7518 §3, RFC 8037). */
export type PlanAlgorithm = 'ES256' | 'EdDSA' | 'PS256' | 'RS256'

const MIN_RSA_BITS = 2048

/** The algorithms that the key can be used with, the best first; none for a key that cannot sign plans. */
export function planAlgorithms(key: KeyObject): readonly PlanAlgorithm[] {
  const { namedCurve, modulusLength = 0 } = key.asymmetricKeyDetails ?? {}
  if (key.asymmetricKeyType === 'ec') return namedCurve === 'prime256v1' ? ['ES256'] : []
  if (key.asymmetricKeyType === 'ed25519') return ['EdDSA']
  if (key.asymmetricKeyType !== 'rsa') return []
  return modulusLength < MIN_RSA_BITS ? [] : ['PS256', 'RS256']
}

/** The same of a public key in JSON, which may say itself what it is for (RFC 7517 §4). */
export function planAlgorithmsOf(jwk: Jwk): readonly PlanAlgorithm[] {
  if (!isPublicJwk(jwk) || (jwk.use ?? 'sig') !== 'sig') return []
  try {
    const found = planAlgorithms(createPublicKey({ key: { ...jwk } as JsonWebKey, format: 'jwk' }))
    return found.filter((algorithm) => (jwk.alg ?? algorithm) === algorithm)
  } catch {
    return []
  }
}
