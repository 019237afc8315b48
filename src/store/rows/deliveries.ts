export interface DeliveryRow {
  tenant: string
  id: string
  kind: string
  application_uid: string
  payload: string
  state: 'pending' | 'delivered' | 'failed'
  attempts: number
  created_at: number
  next_attempt_at: number
  finished_at: number | null
  last_error: string | null
}
