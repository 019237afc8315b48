import { isJsonObject } from '../base/json.ts'
import type { ParsedDocument } from './parse.ts'

/** The name that a document gives itself, whether or not its schema was checked; else nothing. */
export function writtenName({ value }: ParsedDocument): string {
  const metadata = isJsonObject(value) ? value.metadata : undefined
  return isJsonObject(metadata) && typeof metadata.name === 'string' ? metadata.name : ''
}
