import type { Migration } from './spelling.ts'

/** Secrets that a command issued, when others end because of that, and when each was used last. */
export const issuedSecrets: Migration = ({ integer, table }) => [
  `alter table secret_verifier add column issued_at ${integer}`,
  `alter table secret_verifier add column ends_at ${integer}`,
  `create table secret_use (tenant text not null, application_uid text not null,
    secret_id text not null, used_at ${integer} not null,
    primary key (tenant, application_uid, secret_id)) ${table}`,
]
