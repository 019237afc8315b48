import type { Seconds } from '../base/time.ts'
import type { KeyPolicy } from './key.ts'

type Times = Pick<KeyPolicy, 'rotateEvery' | 'publishAhead' | 'keepAfter'>

/** How long verifiers may keep the JWKS, unless a key signs so soon after it appears that this is too long. */
const MAX_AGE: Seconds = 300

/** At least half of the time that a key is published ahead is left for it to get to servers and verifiers. */
export const jwksMaxAge = ({ publishAhead }: Pick<Times, 'publishAhead'>): Seconds =>
  Math.min(MAX_AGE, Math.floor(publishAhead / 2))

/** How many wait at a time, so that each was published long enough when its turn comes. */
export const standbysFor = ({ rotateEvery, publishAhead }: Times): number =>
  rotateEvery > 0 ? Math.max(1, Math.ceil(publishAhead / rotateEvery)) : 1

/** How many are published at a time of each algorithm, where what a key signs lives for so long at most. */
export const publishedFor = (times: Times, longestLifetime: Seconds): number =>
  1 +
  standbysFor(times) +
  (times.rotateEvery > 0 ? Math.ceil((longestLifetime + times.keepAfter) / times.rotateEvery) : 1)

/** The least a policy may say, and the most keys there may be under it. */
export interface KeyLimits {
  readonly rotateEvery: Seconds
  readonly publishAhead: Seconds
  readonly keepAfter: Seconds
  readonly standbys: number
  /** Of one algorithm, waiting and kept for what they signed: verifiers fetch them all. */
  readonly published: number
}

/**
 * A key signs once every verifier has been able to fetch it: many keep the JWKS as long as it allows, and
 * none asks again within a minute; a server learns of it within another. It stays for as long as clocks
 * differ, and servers that were cut off go on signing, beyond the longest lifetime of what it signed.
 */
export const PRODUCTION_LIMITS: KeyLimits = {
  rotateEvery: 86_400,
  publishAhead: MAX_AGE + 60,
  keepAfter: MAX_AGE,
  standbys: 7,
  published: 32,
}

/** Verifiers that honour `Cache-Control` follow this too; those that ask once in 30 seconds do not. */
export const DEV_LIMITS: KeyLimits = {
  rotateEvery: 2,
  publishAhead: 4,
  keepAfter: 4,
  standbys: 20,
  published: 2000,
}
