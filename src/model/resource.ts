import type { Seconds } from '../base/time.ts'
import type { ClaimMapping } from './claims.ts'
import type { SigningAlgorithm } from './key.ts'

/** An API: what an access token is for. Its identifier is the audience. */
export interface Resource {
  readonly uid: string
  readonly name: string
  readonly identifier: string
  readonly displayName: string
  readonly scopes: readonly string[]
  readonly token: {
    readonly format: 'jwt' | 'opaque'
    readonly algorithm: SigningAlgorithm
    /** Unless the application asks for a shorter one. */
    readonly lifetime: Seconds
  }
  /** By declaration, in access tokens for it. */
  readonly claims: readonly ClaimMapping[]
  /** The uids of the applications that may introspect tokens meant for this resource. */
  readonly introspectors: ReadonlySet<string>
}

export interface ScopeDefinition {
  readonly name: string
  readonly displayName: string
  readonly description: string | undefined
  /** The identifier of the resource it belongs to; standard and tenant-level scopes have none. */
  readonly resource: string | undefined
  /** Names of the claims that it releases at userinfo. */
  readonly claims: readonly string[]
}

/** OpenID Connect Core §5.4: the claims behind each standard scope. They create no audience. */
export const STANDARD_SCOPES: Readonly<Record<string, readonly string[]>> = {
  openid: ['sub'],
  profile: [
    'name',
    'family_name',
    'given_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
    'website',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
    'updated_at',
  ],
  email: ['email', 'email_verified'],
  address: ['address'],
  phone: ['phone_number', 'phone_number_verified'],
  offline_access: [],
}
