import type { Json } from '../../base/json.ts'
import type { TenantDraft } from './draft.ts'
import type { Ledger } from './ledger.ts'
import type { ProductName } from './names.ts'
import type { Remark } from './not-carried.ts'

/** What it takes to read the exports of one product. */
export interface Product {
  readonly name: ProductName
  /** For sentences. */
  readonly title: string
  /** What a file of it is, for those who bring another one. */
  readonly export: string
  /** Whether a value looks like an export of this product. */
  isExport(value: Json): boolean
  /** Of one value that looks like one. */
  read(ledger: Ledger, asked: Asked): Taken
  readonly remarks: readonly Remark[]
}

export interface Asked {
  /** Where the export names no tenant, or another name is wanted. */
  readonly tenant: string | undefined
}

export interface Taken {
  readonly tenants: readonly TenantDraft[]
  /** Where browsers found it, if that is a place for a server. */
  readonly publicUrl?: string
}

export type RemarkLine = readonly [pattern: string, was: string, instead: string, unless?: Json]

/** A table of remarks. */
export const remarksOf = (...lines: readonly RemarkLine[]): readonly Remark[] =>
  lines.map(([pattern, was, instead, ...rest]) => {
    const [unless] = rest
    return unless === undefined ? { pattern, was, instead } : { pattern, was, instead, unless }
  })
