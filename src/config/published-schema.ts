import { readFileSync } from 'node:fs'
import type { JsonObject } from '../base/json.ts'
import type { AnyKind } from './kinds.ts'

const FOLDER = new URL('../../schemas/', import.meta.url)

/** The schema of a kind, as it is published. */
export const schemaOf = (kind: AnyKind): JsonObject =>
  JSON.parse(readFileSync(new URL(`${kind}.json`, FOLDER), 'utf8'))
