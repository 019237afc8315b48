import { readFileSync } from 'node:fs'
import type { JsonObject } from '../base/json.ts'
import type { AnyKind } from './kinds.ts'
import { withoutVariables } from './variable-schema.ts'

const FOLDER = new URL('../../schemas/', import.meta.url)

/** The schema of a kind as documents are checked by it, when variables have their values. */
export const schemaOf = (kind: AnyKind): JsonObject =>
  withoutVariables(JSON.parse(readFileSync(new URL(`${kind}.json`, FOLDER), 'utf8')))
