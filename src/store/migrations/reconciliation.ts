import type { Migration } from './spelling.ts'

/** What each object was changed by, in a chain, and what each server is at. */
export const reconciliation: Migration = ({ integer, table }) => [
  `drop table audit`,
  // A gap or a changed row breaks every hash after it.
  `create table audit_entry (seq ${integer} primary key, revision_id ${integer}, at ${integer} not null,
    actor text not null, action text not null, address text not null, object_uid text,
    details text not null, previous text not null, hash text not null) ${table}`,
  `create index audit_entry_address on audit_entry (address, seq)`,
  `create index config_object_revision on config_object (revision_id)`,
  `alter table server_instance add column target_revision ${integer}`,
  `alter table server_instance add column error text`,
  `create index config_object_tombstone on config_object (deleted_at) where deleted_at is not null`,
]
