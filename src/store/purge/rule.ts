import type { RawBuilder } from 'kysely'
import type { EpochSeconds, Seconds } from '../../base/time.ts'
import type { Tables } from '../tables.ts'

/** Which rows of a table nobody asks for any more. */
export interface Rule<Row = object> {
  /** The columns of its primary key. */
  readonly key: readonly (keyof Row & string)[]
  /** Where rows are in order of time: no key of a row made before then is as great. */
  readonly since?: (instant: EpochSeconds) => Buffer | string
  /** `ago` says which instant was so long ago. */
  readonly over: (ago: (length: Seconds) => EpochSeconds) => RawBuilder<unknown>
}

/** For every table what ends its rows, or why they stay. */
export type Retention = {
  readonly [T in keyof Tables]: Rule<Tables[T]> | { readonly stays: string }
}
