export interface UserRow {
  tenant: string
  uid: string
  sub: string
  username: string
  /** The case-folded form, by which it is found and listed. */
  username_key: string
  email: string | null
  email_verified: number
  claims: string
  roles: string
  group_names: string
  password_hash: string | null
  ciba_user_code_hash: string | null
  created_at: number
  updated_at: number
  disabled_at: number | null
  /** When its document went; the same as `disabled_at` unless an operator had been first. */
  buried_at: number | null
}

export interface AttemptRow {
  tenant: string
  user_uid: string
  source: string
  failures: number
  locked_until: number | null
}
