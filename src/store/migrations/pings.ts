import type { Migration } from './spelling.ts'

/** What a client is told when a person has answered it, until it has been told. */
export const pings: Migration = () => [
  `alter table backchannel_request add column sealed_ping text`,
]
