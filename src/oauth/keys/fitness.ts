import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '../../model/key.ts'
import type { Tenant } from '../../model/tenant.ts'

/** One key, one algorithm: which one this key is for, or why it is for none. */
export type Fitness =
  | { readonly algorithm: SigningAlgorithm }
  | { readonly why: string; readonly next: string }

const FORMS: Readonly<Record<SigningAlgorithm, string>> = {
  ES256: 'ec prime256v1',
  RS256: 'rsa',
  PS256: 'rsa',
  EdDSA: 'ed25519',
}

/** The algorithm asked for, or the only one of the tenant's that the key can sign. */
export function fitnessOf(
  key: KeyObject,
  { name, keyPolicy }: Tenant,
  wanted: string | undefined,
): Fitness {
  const { asymmetricKeyType: type = 'other', asymmetricKeyDetails: details } = key
  const form = [type, details?.namedCurve].filter(Boolean).join(' ')
  const able = SIGNING_ALGORITHMS.filter((algorithm) => FORMS[algorithm] === form)
  if (able.length === 0)
    return {
      why: `a key of the kind "${form}" signs none of ${SIGNING_ALGORITHMS.join(', ')}`,
      next: 'ES256 takes EC on P-256, EdDSA takes Ed25519, RS256 and PS256 take RSA',
    }
  const held = able.filter((algorithm) => keyPolicy.algorithms.includes(algorithm))
  const chosen = held.filter((algorithm) => wanted === undefined || algorithm === wanted)
  const [algorithm, other] = chosen
  if (algorithm === undefined) return unheld({ name, keyPolicy }, able, wanted)
  if (other !== undefined)
    return {
      why: `the key can be for ${chosen.join(' or ')}, and one key is for one algorithm`,
      next: `say which: --alg ${algorithm}`,
    }
  const why = weakness(key, keyPolicy.rsaBits)
  return why === undefined ? { algorithm } : { why, next: 'make another key' }
}

function unheld(
  { name, keyPolicy }: Pick<Tenant, 'name' | 'keyPolicy'>,
  able: readonly SigningAlgorithm[],
  wanted: string | undefined,
): Fitness {
  const isAble = wanted === undefined || able.some((each) => each === wanted)
  return isAble
    ? {
        why: `the key policy of ${name} does not hold ${wanted ?? able.join(' or ')}`,
        next: `it holds ${keyPolicy.algorithms.join(', ')}: name it in the KeyPolicy and apply that first`,
      }
    : { why: `the key cannot sign ${wanted}`, next: `it can sign ${able.join(' or ')}` }
}

const MOST_BITS = 8192
/** FIPS 186-5 §A.1.1. */
const LEAST_EXPONENT = 65_537n

function weakness(key: KeyObject, leastBits: number): string | undefined {
  const { modulusLength, publicExponent } = key.asymmetricKeyDetails ?? {}
  if (modulusLength !== undefined && modulusLength < leastBits)
    return `an RSA key has to have ${leastBits} bits, and this one has ${modulusLength}`
  if (modulusLength !== undefined && modulusLength > MOST_BITS)
    return `an RSA key of ${modulusLength} bits keeps servers from their work: ${MOST_BITS} at most`
  if (publicExponent !== undefined && !isStrong(publicExponent))
    return `its public exponent is ${publicExponent}, and has to be odd and at least ${LEAST_EXPONENT}`
  const why = modulusLength === undefined ? undefined : weaknessOfPrimes(key, modulusLength)
  if (why !== undefined) return why
  return isPair(key) ? undefined : 'its private half does not belong to its public half'
}

const isStrong = (exponent: bigint): boolean => exponent >= LEAST_EXPONENT && exponent % 2n === 1n

/** FIPS 186-5 §A.1.3. A key of three primes has a modulus of three, too. */
function weaknessOfPrimes(key: KeyObject, bits: number): string | undefined {
  const { n, p, q } = key.export({ format: 'jwk' })
  const [one, other] = [numberIn(p), numberIn(q)]
  if (one * other !== numberIn(n)) return 'its modulus is not the product of two primes'
  // Beyond what Fermat's way finds (CVE-2022-26320), and what looking for small factors does.
  const isFar = (distance: bigint): boolean => distance >> BigInt(Math.floor(bits / 2) - 100) > 0n
  const [small, large] = one < other ? [one, other] : [other, one]
  if (!isFar(small)) return 'one of its two primes is so short that anybody finds it'
  return isFar(large - small)
    ? undefined
    : 'its two primes are so close together that anybody finds them'
}

const numberIn = (member = ''): bigint =>
  BigInt(`0x0${Buffer.from(member, 'base64url').toString('hex')}`)

function isPair(key: KeyObject): boolean {
  const probe = Buffer.from('tokenidp')
  const hash = key.asymmetricKeyType === 'ed25519' ? null : 'sha256'
  try {
    return verify(hash, probe, createPublicKey(key), sign(hash, probe, key))
  } catch {
    return false
  }
}
