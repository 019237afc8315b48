import type { ApiTokens } from './port/api-tokens.ts'
import type { Assertions } from './port/assertions.ts'
import type { BackchannelRequests } from './port/backchannel-requests.ts'
import type { Consents, Interactions, Sessions } from './port/browsers.ts'
import type { Deliveries } from './port/deliveries.ts'
import type { Devices, Guesses } from './port/devices.ts'
import type { Keys } from './port/keys.ts'
import type { Attempts, Subjects, Users } from './port/people.ts'
import type { Purging } from './port/purging.ts'
import type { PushedRequests } from './port/pushed-requests.ts'
import type { SealedValues } from './port/sealed.ts'
import type { SecretUses } from './port/secret-uses.ts'
import type { AccessTokens, Authorizations, Codes, RefreshTokens } from './port/tokens.ts'
import type { SystemStore } from './system-port.ts'

export type {
  ApiTokenActor,
  ApiTokenRecord,
  ApiTokens,
  NewApiToken,
} from './port/api-tokens.ts'
export type { Assertions } from './port/assertions.ts'
export type {
  BackchannelRecord,
  BackchannelRequest,
  BackchannelRequests,
  Decision,
  NewBackchannelRequest,
  PendingLimits,
} from './port/backchannel-requests.ts'
export type {
  Consent,
  Consents,
  Interaction,
  InteractionKey,
  Interactions,
  Person,
  SessionPage,
  SessionRecord,
  Sessions,
  SignIn,
  Visited,
} from './port/browsers.ts'
export type { Claim, Deliveries, NewDelivery, Settlement } from './port/deliveries.ts'
export type { DeviceRecord, Devices, Guesses, NewDevice } from './port/devices.ts'
export type {
  Adoption,
  IssuedFor,
  IssuedUnder,
  KeyActor,
  KeyMove,
  Keys,
  KeyTransition,
} from './port/keys.ts'
export type { Attempts, Ended, Subjects, Users } from './port/people.ts'
export type { Place, Purging } from './port/purging.ts'
export type { NewPushedRequest, PushedRequest, PushedRequests } from './port/pushed-requests.ts'
export type { SealedKey, SealedSecret, SealedValue, SealedValues } from './port/sealed.ts'
export type { SecretUses } from './port/secret-uses.ts'
export type {
  AccessTokenRecord,
  AccessTokens,
  Allowed,
  AuthorizationRecord,
  Authorizations,
  CodeRecord,
  Codes,
  NewAccessToken,
  NewCode,
  NewRefreshToken,
  NewTokens,
  RefreshTokenRecord,
  RefreshTokens,
  Rotation,
  RotationOutcome,
} from './port/tokens.ts'
export { StoreError } from './store-error.ts'
export type { Head, RevisionListener, ServerInstance, SystemStore } from './system-port.ts'

/**
 * What the rest of the house may ask of the database. One tenant's rows come through `TenantStore`,
 * which holds the tenant already: there is no way to name another tenant's.
 *
 * A race is decided inside these methods by one conditional statement; their results are closed sets
 * of outcomes. Every `key` is a `rowKey` (time prefix ‖ SHA-256), every `digest` a SHA-256 in base64url.
 */
export interface Store {
  tenant(uid: string): TenantStore
  readonly system: SystemStore
  readonly sealed: SealedValues
  readonly purging: Purging
  close(): Promise<void>
}

export interface TenantStore {
  readonly users: Users
  readonly subjects: Subjects
  readonly attempts: Attempts
  readonly sessions: Sessions
  readonly interactions: Interactions
  readonly consents: Consents
  readonly authorizations: Authorizations
  readonly backchannelRequests: BackchannelRequests
  readonly codes: Codes
  readonly accessTokens: AccessTokens
  readonly apiTokens: ApiTokens
  readonly refreshTokens: RefreshTokens
  readonly keys: Keys
  readonly pushedRequests: PushedRequests
  readonly devices: Devices
  readonly guesses: Guesses
  readonly secretUses: SecretUses
  readonly deliveries: Deliveries
  readonly assertions: Assertions
}
