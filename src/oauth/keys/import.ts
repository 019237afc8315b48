import { createPublicKey, type KeyObject, type X509Certificate } from 'node:crypto'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { seal } from '../../base/seal.ts'
import type { EpochSeconds } from '../../base/time.ts'
import type { KeyState, StoredKey } from '../../model/key.ts'
import type { Keys } from '../../store/port.ts'
import { untilDecided } from './by-hand.ts'
import { certified } from './certificates.ts'
import { fitnessOf } from './fitness.ts'
import { lineOf } from './line.ts'
import { actorOf, type KeyChange } from './make.ts'
import { sealContext } from './ring.ts'
import { readyAt } from './rotate.ts'
import { publishedIn } from './sample-keys.ts'

export interface KeyToImport {
  readonly privateKey: KeyObject
  /** Its own and those above it, in any order. */
  readonly certificates: readonly X509Certificate[]
  /** `undefined` where the key and the policy leave no choice. */
  readonly algorithm: string | undefined
  /** It is to sign as soon as verifiers know it. */
  readonly activate: boolean
}

export type Import =
  | {
      readonly outcome: 'imported'
      readonly key: StoredKey
      readonly certificate: X509Certificate | undefined
      /** From when on verifiers know it. */
      readonly knownAt: EpochSeconds
    }
  /** It is the tenant's already, or was. */
  | { readonly outcome: 'known'; readonly kid: string; readonly state: KeyState }
  /** Tenants never share keys. */
  | { readonly outcome: 'elsewhere'; readonly kid: string }
  | { readonly outcome: 'unfit'; readonly why: string; readonly next: string }

/** Takes in a key that was made elsewhere: it is published, and waits as those made here do. */
export async function importKey(
  keys: Keys,
  change: KeyChange,
  { privateKey, certificates, algorithm: wanted, activate }: KeyToImport,
): Promise<Import> {
  const fitness = fitnessOf(privateKey, change.tenant, wanted)
  if (!('algorithm' in fitness)) return { outcome: 'unfit', ...fitness }
  const found = certified(privateKey, certificates, change.now)
  if ('why' in found)
    return { outcome: 'unfit', ...found, next: 'give it with the right one, or none' }
  const publicJwk = createPublicKey(privateKey).export({ format: 'jwk' })
  const kid = await calculateJwkThumbprint(publicJwk as JWK)
  const place = publishedIn(kid)
  if (place !== undefined)
    return {
      outcome: 'unfit',
      why: `everybody can read it: ${place}`,
      next: 'make a key of your own',
    }
  const { algorithm } = fitness
  const half = JSON.stringify(privateKey.export({ format: 'jwk' }))
  const context = sealContext(change.tenant.uid, kid)
  const sealed: Omit<StoredKey, 'ordinal' | 'activateAt'> = {
    kid,
    algorithm,
    use: 'sig',
    state: 'pending',
    publicJwk: { ...publicJwk, ...found.members },
    sealedPrivate: seal(half, change.masterKey, context, change.random),
    createdAt: change.now,
    activatedAt: undefined,
    retiredAt: undefined,
    verifyUntil: change.now,
  }
  return untilDecided(async () => {
    const { nextOrdinal } = lineOf(await keys.list(), algorithm)
    const waiting = { ...sealed, ordinal: nextOrdinal, activateAt: undefined }
    const knownAt = readyAt(waiting, change)
    const key = { ...waiting, activateAt: activate ? knownAt : undefined }
    const adoption = await keys.adopt(key, actorOf(change))
    if (adoption.outcome === 'misplaced') return undefined
    if (adoption.outcome !== 'adopted') return { ...adoption, kid }
    return { outcome: 'imported', key, certificate: found.leaf, knownAt }
  })
}
