import type { JsonObject } from '../../base/json.ts'
import type { Context } from '../context.ts'
import type { Reply, Request } from '../exchange.ts'

/** One address below the issuer. Router and discovery loop over the same list, so they cannot disagree. */
export interface Endpoint {
  readonly paths: readonly string[]
  readonly methods: readonly ('GET' | 'POST')[]
  /** GET only reads, so HEAD may do its work; elsewhere HEAD is refused, and nothing happens by it. */
  readonly isSafe?: true
  /** The metadata member that publishes the first path, for instance `token_endpoint`. */
  readonly metadata?: string
  /** Further metadata members that hold because it is served. */
  readonly publishes?: JsonObject
  /** page: errors are HTML. api: errors are OAuth JSON. */
  readonly face: 'page' | 'api'
  /** Cross-site POST is part of its specification: exempt from the Origin check. */
  readonly takesCrossSitePost?: boolean
  /** A POST tries a password or a code that people read: few are enough for people. */
  readonly takesGuesses?: true
  /** Whoever gets an answer without an error has shown a secret of ours: a code, a token. */
  readonly isProof?: true
  handle(request: Request, context: Context): Promise<Reply>
}
