import type { Migration } from './spelling.ts'

/** The claims that a request named (OpenID Connect Core §5.5) belong to what was allowed. */
export const requestedClaims: Migration = () => [
  `alter table "authorization" add column claims text`,
]
