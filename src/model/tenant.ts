import type { Seconds } from '../base/time.ts'
import type { Application } from './application.ts'
import type { CibaNotices } from './ciba.ts'
import type { ClaimMapping } from './claims.ts'
import type { KeyPolicy } from './key.ts'
import type { Resource, ScopeDefinition } from './resource.ts'

/** One issuer with everything that belongs to it. Frozen: a request keeps the one it began with. */
export interface Tenant {
  readonly uid: string
  readonly name: string
  readonly displayName: string
  /** The canonical issuer identifier, without a trailing slash. */
  readonly issuer: string
  /** Where its endpoints hang below the host: `/acme`, or empty for a tenant at the root of a host. */
  readonly path: string
  /** Hosts of its own. The first one is in the issuer; the others redirect pages there. */
  readonly hosts: readonly string[]
  readonly branding: Branding
  /** By `client_id`. */
  readonly applications: ReadonlyMap<string, Application>
  readonly applicationsByUid: ReadonlyMap<string, Application>
  /** By identifier, as registered. */
  readonly resources: ReadonlyMap<string, Resource>
  /** By name: the standard ones, the tenant's own and those of its resources. */
  readonly scopes: ReadonlyMap<string, ScopeDefinition>
  readonly roles: ReadonlyMap<string, Role>
  /** By declaration, in whatever its applications get. */
  readonly claims: readonly ClaimMapping[]
  /** Whether the authorization requests of all its applications have to be pushed (RFC 9126). */
  readonly par: 'required' | 'optional'
  readonly keyPolicy: KeyPolicy
  readonly session: SessionPolicy
  readonly signIn: SignInPolicy
  readonly ciba: CibaNotices
  /** Whether /token takes a JSON object as well as a form. */
  readonly takesJson: boolean
}

export interface Branding {
  /** `#rrggbb` */
  readonly color: string
  readonly logoUri?: string
}

export interface Role {
  readonly uid: string
  readonly name: string
  readonly description?: string
  readonly permissions: readonly string[]
}

export interface SessionPolicy {
  readonly idle: Seconds
  readonly absolute: Seconds
}

export interface SignInPolicy {
  readonly maxFailures: number
  readonly lockout: Seconds
  /** What new password hashes are made with. */
  readonly passwordHash: 'argon2id' | 'bcrypt'
}
