import { isJsonObject, type Json, type JsonObject } from '../base/json.ts'
import { DURATION, durationText } from './duration.ts'
import { INSTANT, instantText } from './instant.ts'
import type { Kind } from './kinds.ts'
import type { Path } from './locate.ts'
import { schemaOf } from './published-schema.ts'

/** A spec as a document writes it. Reading it gives the normal form that it was made from. */
export interface Written {
  readonly spec: JsonObject
  /** Where the documents held a secret itself, which nobody knows any more; `id` names it. */
  readonly literals: readonly { readonly path: Path; readonly id: string }[]
}

/**
 * Normal form → document: the schema of the kind says which numbers are durations and instants, what is a
 * secret, and in which order people read. `variableOf` names the variable that stands in for a literal.
 */
export function writtenSpec(
  kind: Kind,
  spec: JsonObject,
  variableOf: (id: string) => string,
): Written {
  const literals: { path: Path; id: string }[] = []
  const writing: Writing = {
    literal(path, id) {
      literals.push({ path, id })
      return { fromEnv: variableOf(id) }
    },
  }
  const schema = memberOf(memberOf(schemaOf(kind), 'properties'), 'spec')
  const written = writtenValue(schema, spec, { path: [], id: '' }, writing)
  return { spec: isJsonObject(written) ? written : {}, literals }
}

interface Writing {
  literal(path: Path, id: string): JsonObject
}

interface At {
  readonly path: Path
  /** What names the value: the id of the list element that it is in, or the field itself. */
  readonly id: string
}

function writtenValue(schema: JsonObject, value: Json, at: At, writing: Writing): Json {
  if (typeof value === 'number') return writtenNumber(schema.pattern, value)
  if (isList(value)) {
    const items = memberOf(schema, 'items')
    return value.map((each, index) =>
      writtenValue(items, each, { path: [...at.path, index], id: idOf(each) }, writing),
    )
  }
  const { properties } = schema
  if (!isJsonObject(value) || !isJsonObject(properties)) return value
  if (properties.fromEnv !== undefined) return writtenSecret(value, at, writing)
  return Object.fromEntries(
    namesOf(schema, properties, value).map((name) => [
      name,
      writtenValue(
        memberOf(properties, name),
        value[name] ?? null,
        { path: [...at.path, name], id: at.id === '' ? name : at.id },
        writing,
      ),
    ]),
  )
}

function writtenNumber(pattern: Json | undefined, value: number): Json {
  if (pattern === DURATION) return durationText(value)
  return pattern === INSTANT ? instantText(value) : value
}

function writtenSecret(reference: JsonObject, at: At, writing: Writing): Json {
  const { from, name, file, path, command, bytes } = reference
  if (from === 'env' && name !== undefined) return { fromEnv: name }
  if (from === 'file' && path !== undefined) return { fromFile: path }
  if (from === 'sops' && file !== undefined) return { fromSops: `${file}#${path}` }
  if (from === 'exec' && command !== undefined) return { fromExec: { command } }
  if (from === 'generate' && bytes !== undefined) return { generate: { bytes } }
  return writing.literal(at.path, at.id)
}

/** In the order of the schema. What it refuses is there without being said. */
const namesOf = (
  { additionalProperties }: JsonObject,
  properties: JsonObject,
  value: JsonObject,
): readonly string[] => [
  ...Object.keys(properties).filter((name) => value[name] !== undefined),
  ...Object.keys(value).filter(
    (name) => properties[name] === undefined && additionalProperties !== false,
  ),
]

const idOf = (element: Json): string =>
  isJsonObject(element) && typeof element.id === 'string' ? element.id : ''

const memberOf = (schema: JsonObject, name: string): JsonObject => {
  const member = schema[name]
  return isJsonObject(member) ? member : {}
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)
