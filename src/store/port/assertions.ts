import type { EpochSeconds } from '../../base/time.ts'

/** An assertion that somebody made, by the digest of its `jti`. */
export interface AssertionUse {
  readonly digest: string
  /** When it is refused anyway. */
  readonly expiresAt: EpochSeconds
}

/** Which assertions of applications have been used: shared by servers, and kept through restarts. */
export interface Assertions {
  /**
   * Of any number of calls with one digest exactly one is `fresh`, until it has expired by the clock of
   * every server, of which one may be five minutes ahead of another.
   */
  use(applicationUid: string, use: AssertionUse, now: EpochSeconds): Promise<'fresh' | 'replayed'>
}
