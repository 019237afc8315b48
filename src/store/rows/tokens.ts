export interface AuthorizationRow {
  tenant: string
  uid: string
  application_uid: string
  user_uid: string
  session_uid: string
  sid: string
  scopes: string
  resources: string
  auth_time: number
  acr: string
  amr: string
  claims: string | null
  nonce: string | null
  offline: number
  created_at: number
  revoked_at: number | null
  /** When all that came of it is over. Null where it was stored before that was known. */
  kept_until: number | null
}

export interface CodeRow {
  tenant: string
  key: Buffer
  authorization_uid: string
  redirect_uri: string
  code_challenge: string | null
  expires_at: number
  consumed_at: number | null
}

export interface AccessTokenRow {
  tenant: string
  key: Buffer
  authorization_uid: string | null
  application_uid: string
  user_uid: string | null
  subject: string
  scope: string
  audience: string
  format: string
  issued_at: number
  expires_at: number
  revoked_at: number | null
}

export interface ApiTokenRow {
  tenant: string
  id: string
  key: Buffer
  name: string | null
  created_by: string
}

export interface RefreshTokenRow {
  tenant: string
  key: Buffer
  parent_key: Buffer | null
  authorization_uid: string
  application_uid: string
  issued_at: number
  expires_at: number
  idle_expires_at: number
  consumed_at: number | null
  sealed_response: string | null
  grace_until: number | null
  /** Of one that is not rotated. */
  used_at: number | null
}

export interface KeyRow {
  tenant: string
  kid: string
  algorithm: string
  use: string
  state: string
  public_jwk: string
  sealed_private: string
  created_at: number
  activate_at: number | null
  activated_at: number | null
  retired_at: number | null
  verify_until: number
  ordinal: number
}
