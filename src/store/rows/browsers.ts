export interface SessionRow {
  tenant: string
  uid: string
  browser_uid: string
  user_uid: string
  auth_time: number
  acr: string
  amr: string
  idle_expires_at: number
  expires_at: number
  ended_at: number | null
  used_at: number | null
  browser_words: string | null
}

export interface InteractionRow {
  tenant: string
  digest: string
  application_uid: string
  browser_digest: string
  request: string
  created_at: number
  expires_at: number
  session_uid: string | null
  chosen_session_uid: string | null
  pushed_key: Buffer | null
  completed_at: number | null
}

export interface ConsentRow {
  tenant: string
  user_uid: string
  application_uid: string
  /** `application` stands for the consent as such, which may have neither scopes nor resources. */
  kind: 'application' | 'scope' | 'resource' | 'claim'
  value: string
  granted_at: number
}
