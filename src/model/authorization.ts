import type { EpochSeconds } from '../base/time.ts'
import type { ClaimsRequest } from './claims.ts'

/** What one subject allowed one application to do. Everything issued from it ends with it. */
export interface Authorization {
  readonly uid: string
  readonly applicationUid: string
  readonly userUid: string
  readonly sessionUid: string
  /** Per session and application, as the ID token carries it. */
  readonly sid: string
  readonly scopes: readonly string[]
  /** Identifiers of the resources it may ask tokens for. */
  readonly resources: readonly string[]
  /** Asked for by name, beyond what the scopes release. */
  readonly claims: ClaimsRequest
  readonly authTime: EpochSeconds
  readonly acr: string
  readonly amr: readonly string[]
  readonly nonce: string | undefined
  /** Survives the session it came from. */
  readonly isOffline: boolean
  readonly createdAt: EpochSeconds
}
