import type { Migration } from './spelling.ts'

/** What a person tells an application that asks them by CIBA, hashed like a password. */
export const userCodes: Migration = () => [
  `alter table user_account add column ciba_user_code_hash text`,
]
