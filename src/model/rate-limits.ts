/** How many requests a minute one client address may make, in each tenant. */
export interface RateLimits {
  /** Passwords and codes tried. */
  readonly signIn: number
  /** Pages asked for. */
  readonly pages: number
  /** Calls of a protocol endpoint by somebody who did not prove who it is. */
  readonly unproven: number
  /** Metadata, keys, and whatever else is the same for everybody. */
  readonly documents: number
}

export type RateLimitName = keyof RateLimits

/** For offices and data centres behind one address, and still too few to guess or to flood. */
export const RATE_LIMITS: RateLimits = {
  signIn: 300,
  pages: 3_000,
  unproven: 1_200,
  documents: 12_000,
}
