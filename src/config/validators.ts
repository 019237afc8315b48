import type { ValidateFunction } from 'ajv/dist/2020.js'
import type { AnyKind } from './kinds.ts'
import { schemaOf } from './published-schema.ts'
import { schemaReader } from './schema-reader.ts'

const reader = schemaReader()
const validators = new Map<AnyKind, ValidateFunction>()

/**
 * What the schema of a kind accepts. To compile the schemas takes a quarter of a second, so that the build
 * does it beforehand: there, test/support/bundle.js puts these functions in place of this file.
 */
export function validatorOf(kind: AnyKind): ValidateFunction {
  const known = validators.get(kind)
  if (known !== undefined) return known
  const made = reader.compile(schemaOf(kind))
  validators.set(kind, made)
  return made
}
