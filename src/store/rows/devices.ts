export interface DeviceRow {
  tenant: string
  key: Buffer
  /** HMAC: short enough to be typed, it is short enough to be tried out against a digest. */
  user_code: string
  application_uid: string
  scopes: string
  resources: string
  client_address: string
  user_agent: string
  created_at: number
  expires_at: number
  poll_interval: number
  polled_at: number | null
  /** Whether the last poll came before its interval was over. */
  is_hasty: number
  /** Who opened its page first, and nobody else since. */
  opened_by: string | null
  approved_at: number | null
  denied_at: number | null
  authorization_uid: string | null
  consumed_at: number | null
}

export interface GuessRow {
  tenant: string
  source: string
  guesses: number
  until: number
}
