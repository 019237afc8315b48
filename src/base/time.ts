/** Whole seconds since 1970: the unit of every JWT claim and of every row we store. */
export type EpochSeconds = number

/** Milliseconds since 1970, used only where ids must be ordered within a second. */
export type EpochMilliseconds = number

/** A length of time in seconds. */
export type Seconds = number

export interface Clock {
  milliseconds(): EpochMilliseconds
}

export const toSeconds = (instant: EpochMilliseconds): EpochSeconds => Math.floor(instant / 1000)
