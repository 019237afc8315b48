import type { Migration } from './spelling.ts'

/** RFC 9126: authorization requests that applications left here for their people's browsers. */
export const pushedRequests: Migration = ({ integer, bytes, ordered }) => [
  `create table pushed_request (tenant text not null, key ${bytes} not null,
    application_uid text not null, params text not null, is_signed ${integer} not null,
    created_at ${integer} not null, expires_at ${integer} not null, consumed_at ${integer},
    primary key (tenant, key)) ${ordered}`,
  `alter table interaction add column pushed_key ${bytes}`,
]
