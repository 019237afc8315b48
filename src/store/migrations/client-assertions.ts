import type { Migration } from './spelling.ts'

/** RFC 7523 §3: which assertions have been used. */
export const clientAssertions: Migration = ({ integer, table }) => [
  `create table client_assertion (tenant text not null, application_uid text not null,
    digest text not null, expires_at ${integer} not null,
    primary key (tenant, application_uid, digest)) ${table}`,
  'create index client_assertion_expiry on client_assertion (tenant, expires_at)',
]
