import type { EpochSeconds } from '../../base/time.ts'

/** How far a sweep has come: the values of a primary key, which only the store reads. */
export type Place = readonly unknown[]

export interface Sweep {
  readonly now: EpochSeconds
  /** Behind it; at the beginning where there is none. */
  readonly from: Place | undefined
  /** At most so many rows are looked at. */
  readonly limit: number
}

/** Removes rows that nobody asks for any more, of all tenants, also of those that are gone. */
export interface Purging {
  /** The tables of which rows go. */
  readonly tables: readonly string[]
  /** Of two that sweep the same rows, each is removed once. `next` is undefined at the end of the table. */
  sweep(
    table: string,
    sweep: Sweep,
  ): Promise<{ readonly removed: number; readonly next: Place | undefined }>
  /** How many rows would go. Reads the whole table. */
  count(table: string, now: EpochSeconds): Promise<number>
  /** Whether it is this holder's turn until then. Nothing has to be given back: a turn ends by itself. */
  takeTurn(holder: string, until: EpochSeconds, now: EpochSeconds): Promise<boolean>
}
