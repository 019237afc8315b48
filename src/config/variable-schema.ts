import { isJsonObject, type Json, type JsonObject } from '../base/json.ts'
import { TEXT_FROM } from './inspect.ts'
import { typeNamed } from './type-names.ts'

/** A variable somewhere in a text, and one that is all of a value. */
const PART = '\\$\\{var\\.[^}\\s]+\\}'
const WHOLE = `^${PART}$`

/** What stands for the text of a file, once for all fields that take it. */
const FROM_FILE = {
  required: [TEXT_FROM],
  properties: {
    [TEXT_FROM]: {
      type: 'object',
      required: ['file'],
      properties: {
        file: {
          type: 'string',
          description: 'A file of the project. Its path is relative to the project file.',
          examples: ['texts/terms.txt'],
        },
      },
      additionalProperties: false,
      description: 'Takes the text from a file.',
      examples: [{ file: 'texts/terms.txt' }],
    },
  },
  additionalProperties: false,
} as const
const FROM_FILE_REF = `#/$defs/${TEXT_FROM}`

/**
 * The schema of a kind as editors need it: they see documents before variables have values, so that every field
 * also takes `${var.name}`, and texts `{ textFrom: { file: path } }`. What validates documents is the schema without that.
 */
export const withVariables = (schema: JsonObject): JsonObject => ({
  ...mapped(schema, (field, path) => (isFixed(field, path) ? field : opened(field))),
  $defs: { [TEXT_FROM]: FROM_FILE },
})

/** The opposite: nothing of it is left. */
export function withoutVariables(schema: JsonObject): JsonObject {
  const { $defs: _ours, ...rest } = schema
  return mapped(rest, closed)
}

/** What names the document stands there itself, and so do the parts that all documents have. */
const isFixed = ({ const: fixed }: JsonObject, path: readonly string[]): boolean =>
  fixed !== undefined || path.length === 1 || path[1] === 'vars'

function opened(field: JsonObject): JsonObject {
  const { type, enum: values, pattern, 'x-says': says, ...rest } = field
  if (typeof type !== 'string') return field
  if (type !== 'string')
    return { ...field, type: [type, 'string'], pattern: WHOLE, ...toldAs(typeNamed(type)) }
  if (values !== undefined)
    return {
      ...rest,
      anyOf: [
        { type, enum: values },
        { type, pattern: PART },
      ],
    }
  const text = { ...field, type: [type, 'object'], $ref: FROM_FILE_REF }
  if (pattern === undefined) return text
  return { ...text, pattern: `${pattern}|${PART}`, ...(says ? toldAs(String(says)) : {}) }
}

/** In place of the pattern, by editors that know this keyword. */
const toldAs = (says: string): JsonObject => ({
  patternErrorMessage: `must be ${says}, or a variable such as \${var.name}`,
})

function closed({ $ref, ...field }: JsonObject): JsonObject {
  if ($ref === FROM_FILE_REF) return closed({ ...field, type: 'string' })
  const { patternErrorMessage: _told, ...untold } = field
  const { type, pattern, anyOf, ...rest } = untold
  if (pattern === WHOLE && Array.isArray(type)) return { ...rest, type: type[0] ?? 'object' }
  if (typeof pattern === 'string' && pattern.endsWith(`|${PART}`))
    return { ...untold, pattern: pattern.slice(0, -1 - PART.length) }
  const [values, variable] = Array.isArray(anyOf) ? anyOf : []
  const isOurs = isJsonObject(variable) && variable.pattern === PART
  return isOurs && isJsonObject(values) ? { ...rest, ...values } : field
}

type Change = (field: JsonObject, path: readonly string[]) => JsonObject

/** Each field of a schema changed, the inner ones first. Conditions stay: they are about what is fixed. */
function mapped(schema: JsonObject, change: Change, path: readonly string[] = []): JsonObject {
  const field = (value: Json, name: string): Json => {
    if (!isJsonObject(value)) return value
    const there = [...path, name]
    return change(mapped(value, change, there), there)
  }
  const fields = (members: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(members).map(([name, value]) => [name, field(value, name)]))
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => {
      if (keyword === 'items') return [keyword, field(value, '[]')]
      if (keyword === 'then') return [keyword, mapped(asObject(value), change, path)]
      if (keyword === 'allOf' && Array.isArray(value))
        return [keyword, value.map((each) => mapped(asObject(each), change, path))]
      const holdsFields = keyword === 'properties' || keyword === 'patternProperties'
      return [keyword, holdsFields && isJsonObject(value) ? fields(value) : value]
    }),
  )
}

const asObject = (value: Json): JsonObject => (isJsonObject(value) ? value : {})
