import type { EpochSeconds } from '../../base/time.ts'
import type { NewAccessToken } from './tokens.ts'

/** Access tokens of applications that operators make and programs keep. */
export interface ApiTokens {
  /** Issues the access token, and remembers what is known of it beside that. */
  create(token: NewApiToken, by: ApiTokenActor): Promise<void>
  find(key: Buffer): Promise<ApiTokenRecord | undefined>
  /** The newest first; of one application where it is named. */
  list(applicationUid?: string): Promise<readonly ApiTokenRecord[]>
  /** Undefined when there is no such token, or when it was revoked before. */
  revoke(id: string, by: ApiTokenActor): Promise<ApiTokenRecord | undefined>
}

/** Who makes or revokes one, as the audit log keeps it. */
export interface ApiTokenActor {
  /** The name of the tenant whose token this is. */
  readonly tenantName: string
  readonly actor: string
  readonly at: EpochSeconds
}

export interface NewApiToken {
  readonly id: string
  readonly name: string | undefined
  readonly access: NewAccessToken
}

export interface ApiTokenRecord extends NewApiToken {
  readonly createdBy: string
  readonly revokedAt: EpochSeconds | undefined
}
