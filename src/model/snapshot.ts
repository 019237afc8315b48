import type { RateLimits } from './rate-limits.ts'
import type { Tenant } from './tenant.ts'

/** The applied configuration as the server uses it: one immutable value per revision. */
export interface Snapshot {
  readonly revision: number
  readonly environment: {
    readonly name: string
    readonly kind: 'dev' | 'production'
    readonly outbound: OutboundPolicy
  }
  /** Scheme, host and port below which tenants without a host of their own live; no trailing slash. */
  readonly publicUrl: string
  /** Undefined where they are switched off. */
  readonly rateLimits?: RateLimits | undefined
  readonly tenants: readonly Tenant[]
  readonly byName: ReadonlyMap<string, Tenant>
  readonly byHost: ReadonlyMap<string, Tenant>
  /** The tenant served at the root of the public URL, if the project names one. */
  readonly root: Tenant | undefined
}

/** What the operator allows beyond https to public addresses. */
export interface OutboundPolicy {
  /** Hosts, or hosts with a port, that may have any address. */
  readonly allow: readonly string[]
  /** To those hosts; in `kind: dev` only. */
  readonly allowsPlainHttp: boolean
  /** Certificates in PEM that are trusted besides the system's. */
  readonly ca: string | undefined
}
