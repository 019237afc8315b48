import type { Migration } from './spelling.ts'

/**
 * Keys of an algorithm stand in line: several may wait, and of two servers that add the next one, the
 * place in line lets one in.
 */
export const keyLines: Migration = ({ integer }) => [
  `alter table signing_key add column ordinal ${integer} not null default 0`,
  `update signing_key set ordinal = (select count(*) from signing_key as other
    where other.tenant = signing_key.tenant and other.algorithm = signing_key.algorithm
    and (other.created_at < signing_key.created_at
      or (other.created_at = signing_key.created_at and other.kid <= signing_key.kid)))`,
  `create unique index signing_key_line on signing_key (tenant, algorithm, ordinal)`,
  `drop index signing_key_pending`,
]
