import type { Migration } from './spelling.ts'

/** Links that open a request of CIBA once. Several notifiers may each send one. */
export const approvalLinks: Migration = ({ integer, table }) => [
  `create table backchannel_link (tenant text not null, digest text not null,
    request_uid text not null, expires_at ${integer} not null, opened_at ${integer},
    primary key (tenant, digest)) ${table}`,
]
