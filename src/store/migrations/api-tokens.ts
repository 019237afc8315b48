import type { Migration } from './spelling.ts'

/** What is known of the access tokens that operators make for programs, beside their rows. */
export const apiTokens: Migration = ({ bytes, table }) => [
  `create table api_token (tenant text not null, id text not null, key ${bytes} not null,
    name text, created_by text not null, primary key (tenant, id), unique (tenant, key)) ${table}`,
]
