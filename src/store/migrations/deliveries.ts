import type { Migration } from './spelling.ts'

/** What applications have to be told, written with what they are to be told of. */
export const deliveries: Migration = ({ integer, table }) => [
  `create table delivery (tenant text not null, id text not null, kind text not null,
    application_uid text not null, payload text not null, state text not null,
    attempts ${integer} not null, created_at ${integer} not null,
    next_attempt_at ${integer} not null, finished_at ${integer}, last_error text,
    primary key (tenant, id)) ${table}`,
  `create index delivery_due on delivery (next_attempt_at, tenant) where state = 'pending'`,
  `create index delivery_age on delivery (created_at)`,
]
