import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { JsonObject } from '../base/json.ts'

const FOLDER = new URL('../../schemas/output/', import.meta.url)

/**
 * The first thing wrong with a document that the program wrote, by its published schema. What a later
 * minor version has added is none of it.
 */
export function wrongForm(name: string, document: JsonObject): string | undefined {
  const text = readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')
  const schema = JSON.parse(text, (key, value) => (key === 'additionalProperties' ? true : value))
  const validate = new Ajv2020({ strictTypes: false }).compile(schema)
  if (validate(document)) return undefined
  const [{ instancePath = '', message = 'it has another form' } = {}] = validate.errors ?? []
  return instancePath === '' ? message : `${instancePath} ${message}`
}
