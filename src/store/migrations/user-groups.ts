import type { Migration } from './spelling.ts'

/** The groups a person is in, beside their roles. */
export const userGroups: Migration = () => [
  `alter table user_account add column group_names text not null default '[]'`,
]
