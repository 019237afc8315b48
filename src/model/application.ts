import type { EpochSeconds, Seconds } from '../base/time.ts'
import type { CibaPolicy } from './ciba.ts'
import type { ClaimMapping } from './claims.ts'
import type { Encryption } from './encryption.ts'
import type { Jwk } from './jwk.ts'
import type { SigningAlgorithm } from './key.ts'

export const APPLICATION_TYPES = ['web', 'spa', 'native', 'machine', 'device'] as const
export type ApplicationType = (typeof APPLICATION_TYPES)[number]

export const CIBA_GRANT = 'urn:openid:params:grant-type:ciba'

/** RFC 8628 §3.4. */
export const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code'

export const GRANT_TYPES = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  CIBA_GRANT,
  DEVICE_CODE,
  'password',
] as const
export type GrantType = (typeof GRANT_TYPES)[number]

/** Who does not gets no ID token. */
export const actsForPeople = (grants: readonly GrantType[]): boolean =>
  grants.some((grant) => grant !== 'client_credentials')

export const CLIENT_AUTH_METHODS = [
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'client_secret_jwt',
  'self_signed_tls_client_auth',
  'none',
] as const
export type ClientAuthMethod = (typeof CLIENT_AUTH_METHODS)[number]

/** `client_secret` leaves it to the client whether its secret travels in the header or in the form. */
export const AUTHENTICATIONS = ['client_secret', ...CLIENT_AUTH_METHODS] as const
export type Authentication = (typeof AUTHENTICATIONS)[number]

/** OpenID Connect Core §8: one name for everybody, or one for each sector. */
export const SUBJECT_TYPES = ['public', 'pairwise'] as const

/** What a person registers; the RFCs call it a client. */
export interface Application {
  readonly uid: string
  readonly name: string
  readonly clientId: string
  readonly displayName: string
  readonly type: ApplicationType
  readonly isDisabled: boolean
  readonly redirectUris: readonly string[]
  readonly postLogoutRedirectUris: readonly string[]
  /** Where it begins a sign-in when somebody else asks for one. */
  readonly initiateLoginUri: string | undefined
  /** From which a script may call for it, besides those its redirect URIs tell. */
  readonly corsOrigins: readonly string[]
  /** Where its own addresses send people on to, besides its post-logout addresses. */
  readonly onwardOrigins: readonly string[]
  /** How its server is told that a session ended. */
  readonly backchannelLogout: LogoutNotice | undefined
  /** How it is told in the browser. */
  readonly frontchannelLogout: LogoutNotice | undefined
  readonly grants: ReadonlySet<GrantType>
  /** The names it may ask for. */
  readonly scopes: ReadonlySet<string>
  readonly pkce: 'required' | 'optional'
  /** Whether its authorization requests have to be pushed (RFC 9126). */
  readonly par: 'required' | 'optional'
  /** How it signs its authorization requests (RFC 9101), and whether it has to. */
  readonly requestObject: {
    readonly algorithm: SigningAlgorithm | undefined
    readonly isRequired: boolean
  }
  readonly consent: 'required' | 'skip'
  readonly authMethod: Authentication
  readonly secrets: readonly SecretVerifier[]
  /** Whose applications share what they call a person; undefined where everybody does. */
  readonly sector: string | undefined
  /** By declaration, in whatever it gets. */
  readonly claims: readonly ClaimMapping[]
  /** Those of `client_secret_jwt`. */
  readonly sealedSecrets: readonly SealedSecret[]
  /** endpoints: an assertion may also be addressed to an endpoint's URL. */
  readonly assertionAudience: 'issuer' | 'endpoints'
  /** Its public keys, unless they are behind `jwksUri`. */
  readonly jwks: readonly Jwk[]
  readonly jwksUri: string | undefined
  /** What userinfo is for it: JSON unless it is signed. */
  readonly userinfo: ResponseForm
  /** The same for what it introspects (RFC 9701). */
  readonly introspection: ResponseForm
  readonly code: { readonly lifetime: Seconds }
  readonly accessToken: { readonly lifetime: Seconds | undefined }
  readonly idToken: {
    readonly lifetime: Seconds
    readonly algorithm: SigningAlgorithm
    readonly encrypted: Encryption | undefined
  }
  readonly refreshToken: RefreshPolicy
  /** Where it has the grant. */
  readonly ciba: CibaPolicy | undefined
  /** Of those that may use the device grant. */
  readonly device: DevicePolicy | undefined
  /** Until when it may send people's passwords itself. */
  readonly passwordGrant: { readonly until: EpochSeconds } | undefined
}

export interface DevicePolicy {
  /** How long a person may take to approve it. */
  readonly lifetime: Seconds
  /** The least pause between two polls, to begin with. */
  readonly interval: Seconds
}

export interface LogoutNotice {
  readonly uri: string
  /** Names the session; else it is all sessions of the person. */
  readonly isSessionRequired: boolean
}

export interface RefreshPolicy {
  /** From the first token of the family to the end of the last. */
  readonly lifetime: Seconds
  /** The longest pause between two uses. */
  readonly idle: Seconds
  readonly rotation: 'required' | 'off'
  /** How long after a use the same token still answers, with the same successor. */
  readonly grace: Seconds
  readonly issue: 'offline_access' | 'always'
}

/** What is encrypted is signed first. */
export interface ResponseForm {
  readonly signed: SigningAlgorithm | undefined
  readonly encrypted: Encryption | undefined
}

/** One of an application's secrets, as its digest. */
export interface SecretVerifier {
  readonly id: string
  readonly digest: string
  readonly expiresAt: EpochSeconds | undefined
}

/** One that must be read back: readable with the master key only. */
export interface SealedSecret {
  readonly id: string
  readonly sealed: string
  readonly expiresAt: EpochSeconds | undefined
}

export const isConfidential = (application: Application): boolean =>
  application.authMethod !== 'none'
