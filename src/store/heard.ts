import type { LogEvent } from 'kysely'

/** Told of each statement, once it is over: its text, where values are placeholders, and how long it took. */
export type Heard = (text: string, tookMs: number) => void

export const logOf = (heard: Heard | undefined) =>
  heard === undefined
    ? {}
    : {
        log: ({ query, queryDurationMillis }: LogEvent) => heard(query.sql, queryDurationMillis),
      }
