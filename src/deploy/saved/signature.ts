import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { CompactSign, calculateJwkThumbprint, compactVerify, decodeProtectedHeader } from 'jose'
import { isJsonObject } from '../../base/json.ts'
import type { Jwk } from '../../model/jwk.ts'
import { type PlanAlgorithm, planAlgorithms, planAlgorithmsOf } from '../../model/plan-key.ts'

/** Sets our signatures apart from others by the same key (RFC 8725 §3.11). */
const TYPE = 'tokenidp-plan'

export interface PlanSigner {
  readonly algorithm: PlanAlgorithm
  readonly kid: string
  readonly key: KeyObject
}

/** From a private JWK or PKCS#8 PEM. Undefined for anything that plans are not signed with. */
export async function planSigner(text: string): Promise<PlanSigner | undefined> {
  const found = privateKeyOf(text)
  if (found === undefined) return undefined
  const { key, wanted } = found
  const algorithm = planAlgorithms(key).find((each) => (wanted ?? each) === each)
  if (algorithm === undefined) return undefined
  const jwk = createPublicKey(key).export({ format: 'jwk' })
  return { algorithm, kid: await calculateJwkThumbprint(jwk), key }
}

function privateKeyOf(text: string): { key: KeyObject; wanted?: unknown } | undefined {
  try {
    if (!text.trimStart().startsWith('{')) return { key: createPrivateKey(text) }
    const jwk: unknown = JSON.parse(text)
    if (!isJsonObject(jwk) || typeof jwk.d !== 'string') return undefined
    return {
      key: createPrivateKey({ key: { ...jwk } as JsonWebKey, format: 'jwk' }),
      wanted: jwk.alg,
    }
  } catch {
    return undefined
  }
}

/** Compact, and without its payload. */
export async function signPlan(fingerprint: string, signer: PlanSigner): Promise<string> {
  const { algorithm, kid, key } = signer
  const signed = await new CompactSign(Buffer.from(fingerprint))
    .setProtectedHeader({ alg: algorithm, kid, typ: TYPE })
    .sign(key)
  const [header, , signature] = signed.split('.')
  return `${header}..${signature}`
}

/** Which of these keys made it; undefined when none did. */
export async function signerAmong(
  keys: readonly Jwk[],
  { fingerprint, signature }: { readonly fingerprint: string; readonly signature?: string },
): Promise<Jwk | undefined> {
  const [, header, made] = /^([\w-]+)\.\.([\w-]+)$/.exec(signature ?? '') ?? []
  if (header === undefined || made === undefined) return undefined
  const whole = `${header}.${Buffer.from(fingerprint).toString('base64url')}.${made}`
  for (const jwk of keys) if (await isMadeBy(jwk, whole)) return jwk
  return undefined
}

async function isMadeBy(jwk: Jwk, jws: string): Promise<boolean> {
  const algorithms = [...planAlgorithmsOf(jwk)]
  if (algorithms.length === 0) return false
  const key = createPublicKey({ key: { ...jwk } as JsonWebKey, format: 'jwk' })
  try {
    const { protectedHeader } = await compactVerify(jws, key, { algorithms })
    return protectedHeader.typ === TYPE
  } catch {
    return false
  }
}

/** What a signature says of itself, before anybody has verified it. */
export function signatureParts(
  signature: string | undefined,
): { readonly algorithm: string; readonly kid: string } | undefined {
  if (signature === undefined) return undefined
  try {
    const { alg, kid } = decodeProtectedHeader(signature)
    return { algorithm: String(alg), kid: String(kid) }
  } catch {
    return { algorithm: 'unknown', kid: 'unknown' }
  }
}
