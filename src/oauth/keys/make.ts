import { generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { calculateJwkThumbprint, type JWK } from 'jose'
import type { Random } from '../../base/random.ts'
import { type SealingKey, seal } from '../../base/seal.ts'
import type { EpochSeconds } from '../../base/time.ts'
import {
  isForSigning,
  type KeyAlgorithm,
  type SigningAlgorithm,
  type StoredKey,
} from '../../model/key.ts'
import type { Tenant } from '../../model/tenant.ts'
import type { KeyActor } from '../../store/port.ts'
import { sealContext } from './ring.ts'
import { keptUnder, publicHalf, type Vault } from './vault.ts'

/** What it takes to make keys for a tenant. */
export interface KeyMaking {
  readonly tenant: Tenant
  readonly masterKey: SealingKey
  readonly random: Random
  readonly now: EpochSeconds
  /** Makes the keys and keeps them, where there is one. */
  readonly vault?: Vault | undefined
}

/** Who changes keys, and why, beside what it takes to make new ones. */
export interface KeyChange extends KeyMaking {
  readonly actor: string
  readonly reason: string
}

/** As the audit log keeps it. */
export const actorOf = ({ tenant, actor, reason, now }: KeyChange): KeyActor => ({
  tenantName: tenant.name,
  actor,
  reason,
  at: now,
})

interface Pair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

const generate = promisify(generateKeyPair)

/** RS256 and PS256 keys are alike and yet never shared: one key, one algorithm (RFC 8725 §3.1). */
const GENERATE: Readonly<Record<KeyAlgorithm, (rsaBits: number) => Promise<Pair>>> = {
  ES256: () => generate('ec', { namedCurve: 'P-256' }),
  RS256: (modulusLength) => generate('rsa', { modulusLength }),
  PS256: (modulusLength) => generate('rsa', { modulusLength }),
  EdDSA: () => generate('ed25519'),
  'RSA-OAEP-256': (modulusLength) => generate('rsa', { modulusLength }),
  'ECDH-ES': () => generate('ec', { namedCurve: 'P-256' }),
  'ECDH-ES+A128KW': () => generate('ec', { namedCurve: 'P-256' }),
  'ECDH-ES+A256KW': () => generate('ec', { namedCurve: 'P-256' }),
}

export async function makeKey(
  algorithm: KeyAlgorithm,
  state: 'pending' | 'active',
  making: KeyMaking,
  ordinal = 1,
): Promise<StoredKey> {
  const { vault, now } = making
  // Who signs elsewhere does nothing but sign.
  const made = await (vault === undefined || !isForSigning(algorithm)
    ? makeSealed(algorithm, making)
    : makeKept(algorithm, making, vault))
  return {
    ...made,
    algorithm,
    use: isForSigning(algorithm) ? 'sig' : 'enc',
    ordinal,
    state,
    createdAt: now,
    activateAt: undefined,
    activatedAt: state === 'active' ? now : undefined,
    retiredAt: undefined,
    verifyUntil: now,
  }
}

type Halves = Pick<StoredKey, 'kid' | 'publicJwk' | 'sealedPrivate'>

async function makeSealed(
  algorithm: KeyAlgorithm,
  { tenant, masterKey, random }: KeyMaking,
): Promise<Halves> {
  const { publicKey, privateKey } = await GENERATE[algorithm](tenant.keyPolicy.rsaBits)
  const publicJwk = publicKey.export({ format: 'jwk' })
  const kid = await calculateJwkThumbprint(publicJwk as JWK)
  const privateJwk = JSON.stringify(privateKey.export({ format: 'jwk' }))
  const sealedPrivate = seal(privateJwk, masterKey, sealContext(tenant.uid, kid), random)
  return { kid, publicJwk: { ...publicJwk }, sealedPrivate }
}

async function makeKept(
  algorithm: SigningAlgorithm,
  { tenant }: KeyMaking,
  vault: Vault,
): Promise<Halves> {
  const { rsaBits } = tenant.keyPolicy
  const made = await vault.make(algorithm, rsaBits)
  const publicJwk = publicHalf(made.publicJwk, algorithm, rsaBits)
  const kid = await calculateJwkThumbprint(publicJwk as JWK)
  return { kid, publicJwk, sealedPrivate: keptUnder(made.reference) }
}
