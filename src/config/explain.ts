import { readFileSync } from 'node:fs'
import { isJsonObject, type Json, type JsonObject } from '../base/json.ts'
import { nearest } from '../base/nearest.ts'
import { CODES, type Code } from './codes.ts'
import { type AnyKind, EVERY_KIND } from './kinds.ts'
import { schemaOf } from './published-schema.ts'

/** Beside `schemas/`, where the sources and what is built from them find it alike. */
const PAGES = new URL('../../explain/', import.meta.url)

/** What a code means and why it matters, with a bad and a good example, in Markdown. */
export const pageOf = (code: Code): string => readFileSync(new URL(`${code}.md`, PAGES), 'utf8')

export const isCode = (text: string): text is Code => Object.hasOwn(CODES, text)

/** A field as its schema describes it. */
export type FieldPage = {
  /** With the kind in front. */
  readonly path: string
  readonly description: string
  readonly type: string
  readonly values: readonly string[]
  readonly example?: Json
  readonly fields: readonly string[]
}

/** The fields of that path: of one kind when it begins with its name, else of each that has it. */
export function fieldsAt(path: string): readonly FieldPage[] {
  const [first = '', ...rest] = path.replaceAll(/\[[^\]]*\]/g, '').split('.')
  const kind = EVERY_KIND.find((name) => name.toLowerCase() === first.toLowerCase())
  if (kind !== undefined) return fieldsOf(kind, rest)
  return EVERY_KIND.flatMap((name) => fieldsOf(name, [first, ...rest]))
}

/** What the words may have been meant to be. */
export function meantBy(words: string): string | undefined {
  const codes = nearest(words.toUpperCase(), Object.keys(CODES))
  return codes ?? nearest(words, EVERY_KIND)
}

function fieldsOf(kind: AnyKind, steps: readonly string[]): readonly FieldPage[] {
  const root = schemaOf(kind)
  const asWritten = walk(root, steps)
  const found = asWritten ?? walk(root, ['spec', ...steps])
  if (found === undefined) return []
  const full = asWritten === undefined || steps.length === 0 ? ['spec', ...steps] : steps
  const path = [kind, ...(steps.length === 0 ? [] : full)].join('.')
  return [pageFor(path, found)]
}

function walk(schema: JsonObject, steps: readonly string[]): JsonObject | undefined {
  let at: JsonObject | undefined = schema
  for (const step of steps) at = at && memberOf(at, step)
  return at
}

function memberOf(schema: JsonObject, name: string): JsonObject | undefined {
  const holder = isJsonObject(schema.items) ? schema.items : schema
  const members = isJsonObject(holder.properties) ? holder.properties : {}
  const found = Object.hasOwn(members, name) ? members[name] : undefined
  return isJsonObject(found) ? found : undefined
}

function pageFor(path: string, schema: JsonObject): FieldPage {
  const items = isJsonObject(schema.items) ? schema.items : {}
  const members = isJsonObject(schema.properties) ? schema.properties : items.properties
  const [example] = Array.isArray(schema.examples) ? schema.examples : []
  return {
    path,
    description: typeof schema.description === 'string' ? schema.description : '',
    type: typeName(schema, items),
    values: [schema.enum, items.enum].flatMap((each) =>
      Array.isArray(each) ? each.map(String) : [],
    ),
    ...(example === undefined ? {} : { example }),
    fields: isJsonObject(members) ? Object.keys(members) : [],
  }
}

function typeName(schema: JsonObject, items: JsonObject): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  const type = [schema.type ?? 'string'].flat().join(' or ')
  return type === 'array'
    ? `list of ${items.type === 'object' ? 'maps' : `${items.type ?? 'value'}s`}`
    : type
}
