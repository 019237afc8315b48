import type { Context } from '../context.ts'
import type { Reply, Request } from '../exchange.ts'

/** One address below the issuer. Router and discovery loop over the same list, so they cannot disagree. */
export interface Endpoint {
  readonly paths: readonly string[]
  readonly methods: readonly ('GET' | 'POST')[]
  /** The metadata member that publishes the first path, for instance `token_endpoint`. */
  readonly metadata?: string
  /** page: errors are HTML. api: errors are OAuth JSON. */
  readonly face: 'page' | 'api'
  /** Cross-site POST is part of its specification: exempt from the Origin check. */
  readonly takesCrossSitePost?: boolean
  handle(request: Request, context: Context): Promise<Reply>
}
