import type { Migration } from './spelling.ts'

/** What the applications of a sector call a person (OpenID Connect Core §8.1); random, made once. */
export const pairwiseSubjects: Migration = ({ table }) => [
  `create table pairwise_subject (tenant text not null, sector text not null,
    user_uid text not null, sub text not null,
    primary key (tenant, sector, user_uid), unique (tenant, sub)) ${table}`,
]
