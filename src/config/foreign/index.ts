/**
 * What other products export → documents of this one, and a list of what they do not say. Pure: text in, values out.
 * One file or folder for each product; a secret never gets into a document, and a field that nobody reads is on the list.
 */
import type { Diagnostic } from '../../base/diagnostic.ts'
import type { Json } from '../../base/json.ts'
import { diagnostic, startOf } from '../codes.ts'
import type { SourceFile } from '../load.ts'
import { auth0 } from './auth0/index.ts'
import { authelia } from './authelia/index.ts'
import { dex } from './dex.ts'
import { type ImportedDocument, type Making, made } from './documents.ts'
import type { Variable } from './draft.ts'
import { hydra } from './hydra/index.ts'
import { keycloak } from './keycloak/index.ts'
import { openLedger } from './ledger.ts'
import { PRODUCT_NAMES } from './names.ts'
import { type NotCarried, notCarried } from './not-carried.ts'
import type { Asked, Product } from './product.ts'
import { MAX_IMPORT_BYTES, readExport } from './read.ts'
import { isTenantName } from './tenant-name.ts'

export type { ImportedDocument, NotCarried, Variable }
export { isTenantName, MAX_IMPORT_BYTES, PRODUCT_NAMES }

const PRODUCTS: readonly Product[] = [keycloak, auth0, dex, hydra, authelia]

export const productNamed = (name: string): Product | undefined =>
  PRODUCTS.find((each) => each.name === name)

export interface Imported {
  readonly documents: readonly ImportedDocument[]
  readonly notCarried: readonly NotCarried[]
  readonly variables: readonly Variable[]
  /** Whether somebody has to write where the server will be. */
  readonly isWithoutUrl: boolean
}

export type Import =
  | { readonly outcome: 'imported'; readonly imported: Imported }
  | { readonly outcome: 'refused'; readonly diagnostics: readonly Diagnostic[] }

export type ImportRequest = Asked & Making

export function importExport(product: Product, source: SourceFile, asked: ImportRequest): Import {
  const { values, diagnostics } = readExport(source)
  if (diagnostics.length > 0) return { outcome: 'refused', diagnostics }
  const value = wholeOf(values)
  if (value === undefined || !product.isExport(value))
    return { outcome: 'refused', diagnostics: [wrong(product, source.file, value)] }
  const ledger = openLedger(value)
  const taken = product.read(ledger, asked)
  const { documents, variables, isWithoutUrl } = made(taken, product, asked)
  return {
    outcome: 'imported',
    imported: {
      documents,
      variables,
      isWithoutUrl,
      notCarried: notCarried(ledger, value, product.remarks),
    },
  }
}

/** Several values after each other are as good as a list of them. */
const wholeOf = (values: readonly Json[]): Json | undefined => {
  const [first, ...others] = values
  return others.length === 0 ? first : values
}

function wrong(product: Product, file: string, value: Json | undefined): Diagnostic {
  const meant = value === undefined ? undefined : PRODUCTS.find((each) => each.isExport(value))
  return meant === undefined
    ? diagnostic('TIDP1003', startOf(file), `this is not an export of ${product.title}`, {
        hint: `it takes ${product.export}`,
      })
    : diagnostic(
        'TIDP1003',
        startOf(file),
        `this looks like an export of ${meant.title}, not of ${product.title}`,
        {
          hint: `tokenidp import ${meant.name} ${file}`,
        },
      )
}
