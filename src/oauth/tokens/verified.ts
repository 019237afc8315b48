import { type BoundedMap, boundedMap } from '../../base/bounded-map.ts'
import type { EpochSeconds } from '../../base/time.ts'
import type { VerifyingKey } from '../keys/ring.ts'

/** A few hundred bytes each, so some megabytes at the most. */
const MOST = 20_000

/** What a good signature stands for. Neither the token nor anything about a person is kept. */
interface Verified {
  readonly key: VerifyingKey
  readonly issuer: string
  readonly jti: string
  readonly expiresAt: EpochSeconds
}

/** By tenant and digest of the whole token: an API shows the same one with every call that it gets. */
export type VerifiedTokens = BoundedMap<Verified>

export const verifiedTokens = (): VerifiedTokens => boundedMap(MOST)
