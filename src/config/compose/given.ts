import type { Json } from '../../base/json.ts'
import { parse } from '../parse.ts'

/** The types that a variable may have. */
export const VARIABLE_TYPES = ['string', 'number', 'integer', 'boolean', 'list', 'map'] as const

export type VariableType = (typeof VARIABLE_TYPES)[number]

/** Values from outside of the documents, for variables that take them. */
export interface GivenValues {
  /** `--var name=value`. */
  readonly flags: ReadonlyMap<string, string>
  /** `TOKENIDP_VAR_<NAME>`, by the name of the environment variable. */
  readonly process: ReadonlyMap<string, string>
}

export const NOTHING_GIVEN: GivenValues = { flags: new Map(), process: new Map() }

/** `webHost` → `TOKENIDP_VAR_WEB_HOST`. No two names have the same one. */
export const processVariable = (name: string): string =>
  `TOKENIDP_VAR_${name.replaceAll(/[A-Z]/g, '_$&').toUpperCase()}`

/** A text as a value of that type; undefined where it is none. Lists and maps as documents write them. */
export function valueOfText(type: VariableType, text: string): Json | undefined {
  switch (type) {
    case 'string':
      return text
    case 'boolean':
      return text === 'true' || (text === 'false' ? false : undefined)
    case 'number':
    case 'integer':
      return /^-?\d{1,15}(\.\d{1,15})?$/.test(text) ? Number(text) : undefined
    default:
      return yamlValue(text)
  }
}

/** The same limits hold as for documents. */
function yamlValue(text: string): Json | undefined {
  const { documents, diagnostics } = parse({ file: '', bytes: Buffer.from(text) })
  const [only, other] = documents
  return diagnostics.length > 0 || other !== undefined
    ? undefined
    : (only?.value as Json | undefined)
}
