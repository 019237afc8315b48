export interface PushedRequestRow {
  tenant: string
  key: Buffer
  application_uid: string
  params: string
  is_signed: number
  created_at: number
  expires_at: number
  consumed_at: number | null
}
