import { readdirSync } from 'node:fs'

export const SCHEMAS = new URL('../../schemas/', import.meta.url)

/** Of the documents that are written, and as `output/<name>` of those that are printed. */
export const schemaNames = (): readonly string[] =>
  readdirSync(SCHEMAS, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .map((path) => path.replace(/\.json$/, '').replaceAll('\\', '/'))
    .sort(
      (left, right) => left.split('/').length - right.split('/').length || (left < right ? -1 : 1),
    )
