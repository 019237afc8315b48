import type { Migration } from './spelling.ts'

/** RFC 8628: what devices ask for, and how often people typed codes that nobody has. */
export const devices: Migration = ({ integer, bytes, table }) => [
  `create table device (tenant text not null, key ${bytes} not null, user_code text not null,
    application_uid text not null, scopes text not null, resources text not null,
    client_address text not null, user_agent text not null, created_at ${integer} not null,
    expires_at ${integer} not null, poll_interval ${integer} not null, polled_at ${integer},
    is_hasty ${integer} not null, opened_by text, approved_at ${integer}, denied_at ${integer},
    authorization_uid text, consumed_at ${integer}, primary key (tenant, key),
    unique (tenant, user_code)) ${table}`,
  `create table guess (tenant text not null, source text not null, guesses ${integer} not null,
    until ${integer} not null, primary key (tenant, source)) ${table}`,
]
