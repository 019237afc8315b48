export interface AssertionRow {
  tenant: string
  application_uid: string
  digest: string
  expires_at: number
}
