import type { Migration } from './spelling.ts'

/**
 * Until when a grant has to be known, when a refresh token that is not rotated was used last, and whose turn
 * it is to remove what is over. It is found along the primary keys: the indexes of age were for that alone.
 */
export const purge: Migration = ({ integer, table }) => [
  `create table purge_turn (id ${integer} primary key check (id = 1), holder text not null,
    until ${integer} not null) ${table}`,
  `alter table "authorization" add column kept_until ${integer}`,
  `alter table refresh_token add column used_at ${integer}`,
  'drop index client_assertion_expiry',
  'drop index delivery_age',
]
