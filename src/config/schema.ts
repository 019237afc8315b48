import type { Diagnostic } from '../base/diagnostic.ts'
import { diagnostic } from './codes.ts'
import {
  API_VERSION,
  type DocumentOf,
  KIND_NAMES,
  type Kind,
  TEST,
  type TestDocument,
} from './kinds.ts'
import { meantField, meantValue } from './meant.ts'
import type { ParsedDocument } from './parse.ts'
import { explainErrors } from './schema-errors.ts'
import { validatorOf } from './validators.ts'

/** A document that its kind's schema accepts. */
export type Item<K extends Kind = Kind> = K extends Kind
  ? { readonly kind: K; readonly document: DocumentOf<K>; readonly source: ParsedDocument }
  : never

/** Documents → items, each checked by the schema of its kind only. */
export function checkSchemas(documents: readonly ParsedDocument[]) {
  const items: Item[] = []
  const diagnostics: Diagnostic[] = []
  for (const source of documents) {
    const outcome = checkSchema(source)
    if ('kind' in outcome) items.push(outcome)
    else diagnostics.push(...outcome.diagnostics)
  }
  return { items, diagnostics }
}

function checkSchema(source: ParsedDocument): Item | { diagnostics: readonly Diagnostic[] } {
  const { value } = source
  if (source.isKnownValid && isRecord(value) && isKind(value.kind))
    return itemOf(value.kind, source)
  if (!isRecord(value))
    return refuse('TIDP1003', source, [], {
      message: 'a document must be a map with apiVersion and kind',
    })
  const { kind, apiVersion } = value
  if (kind === undefined && apiVersion === undefined)
    return refuse('TIDP1003', source, [], {
      message: 'this document has neither apiVersion nor kind',
      hint: 'if the file is not a part of the project, leave it out of spec.include',
    })
  if (!isKind(kind)) return refuseKind(source, value)
  if (apiVersion !== API_VERSION) return refuseVersion(source, apiVersion)
  const validate = validatorOf(kind)
  if (validate(value)) return itemOf(kind, source)
  return { diagnostics: explainErrors(validate.errors ?? [], source) }
}

const refuseVersion = (source: ParsedDocument, apiVersion: unknown) =>
  refuse('TIDP1002', source, ['apiVersion'], {
    message: `apiVersion must be ${API_VERSION}`,
    meant: /^[\w./-]*\bv?1$/i.test(String(apiVersion)) ? API_VERSION : undefined,
  })

/** The same for a document of a file of tests. */
export function checkTest(
  source: ParsedDocument,
): { readonly document: TestDocument } | { readonly diagnostics: readonly Diagnostic[] } {
  const { value } = source
  if (!isRecord(value) || value.kind !== TEST) return refuseInTests(source)
  if (value.apiVersion !== API_VERSION) return refuseVersion(source, value.apiVersion)
  const validate = validatorOf(TEST)
  return validate(value)
    ? { document: value as TestDocument }
    : { diagnostics: explainErrors(validate.errors ?? [], source) }
}

/** A file of tests is never applied: what else is in it would be overlooked. */
export const refuseInTests = (source: ParsedDocument) =>
  refuse('TIDP1004', source, ['kind'], {
    message: `only documents of kind: ${TEST} are in files that end in .test.yaml`,
    hint: 'move it to another file, or give this one another name',
  })

/** The schema has just accepted the value, which is what the types were made from. */
const itemOf = (kind: Kind, source: ParsedDocument): Item =>
  ({ kind, document: source.value, source }) as Item

/** Without it nothing else in the document can be checked, so that it is looked for. */
function misspeltKind(source: ParsedDocument, value: Readonly<Record<string, unknown>>) {
  const others = Object.keys(value).filter((key) => !TOP_LEVEL.has(key))
  const written = others.find((key) => meantField(key, ['kind']) !== undefined)
  if (written === undefined) return undefined
  const at = source.atKey([written])
  const fixes = [{ description: 'write kind', at, text: 'kind' }]
  const message = `unknown field "${written}" in the document`
  return {
    diagnostics: [diagnostic('TIDP1101', at, message, { hint: 'did you mean "kind"?', fixes })],
  }
}

const TOP_LEVEL: ReadonlySet<string> = new Set(['apiVersion', 'metadata', 'lifecycle', 'spec'])

function refuseKind(source: ParsedDocument, value: Readonly<Record<string, unknown>>) {
  const { kind } = value
  const hint = `kind is one of ${KIND_NAMES.join(', ')}`
  if (kind === undefined)
    return (
      misspeltKind(source, value) ??
      refuse('TIDP1001', source, [], { message: 'this document has no kind', hint })
    )
  if (kind === TEST)
    return refuse('TIDP1004', source, ['kind'], {
      message: 'a document of kind: Test is not in a file of tests',
      hint: 'move it to a file whose name ends in .test.yaml',
    })
  const meant = meantValue(String(kind), KIND_NAMES)
  return refuse('TIDP1001', source, ['kind'], {
    message: `unknown kind "${String(kind)}"`,
    hint: meant ? `did you mean "${meant}"?` : hint,
    meant,
  })
}

interface Refusal {
  readonly message: string
  readonly hint?: string
  readonly meant?: string | undefined
}

function refuse(
  code: 'TIDP1001' | 'TIDP1002' | 'TIDP1003' | 'TIDP1004',
  source: ParsedDocument,
  path: readonly string[],
  { message, hint, meant }: Refusal,
) {
  const at = source.at(path)
  const fixes = meant === undefined ? [] : [{ description: `write ${meant}`, at, text: meant }]
  return {
    diagnostics: [
      diagnostic(code, at, message, { fixes, ...(hint === undefined ? {} : { hint }) }),
    ],
  }
}

const isKind = (value: unknown): value is Kind => KIND_NAMES.some((kind) => kind === value)

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
