export interface BackchannelLinkRow {
  tenant: string
  digest: string
  request_uid: string
  expires_at: number
  opened_at: number | null
}

export interface BackchannelRequestRow {
  tenant: string
  key: Buffer
  uid: string
  application_uid: string
  user_uid: string
  scopes: string
  resources: string
  binding_message: string | null
  created_at: number
  expires_at: number
  poll_interval: number
  /** Before then a poll comes too early. */
  poll_after: number
  decided_at: number | null
  decided_from: string | null
  decided_with: string | null
  authorization_uid: string | null
  consumed_at: number | null
  sealed_ping: string | null
}
