import { parseDocument } from 'yaml'
import { isJsonObject, type Json, type JsonObject } from '../base/json.ts'
import { nearest } from '../base/nearest.ts'
import { DURATION, seconds } from './duration.ts'
import { FieldError } from './field-error.ts'
import { type Step, stepsOf } from './field-path.ts'
import { epochSeconds, INSTANT } from './instant.ts'
import type { Kind } from './kinds.ts'
import { sorted } from './normal/members.ts'
import { schemaOf } from './published-schema.ts'
import { schemaReader } from './schema-reader.ts'

/** A field that holds one value or a list of texts. */
export interface Field {
  readonly steps: readonly Step[]
  /** A value as documents write it → in normal form; undefined where that leaves it unsaid. Throws a FieldError. */
  read(text: string): Json | undefined
}

/** The field of that path. Throws a FieldError that says what is near. */
export function fieldAt(kind: Kind, path: string): Field {
  const { steps, schema } = schemaAt(kind, path)
  const type = schema.type
  if (steps.some((step) => 'element' in step) && 'element' in (steps.at(-1) ?? {}))
    throw new FieldError(
      `${path} is an element of a list`,
      'take it away with <list>-=<element>, or set one of its fields',
    )
  if (type !== 'boolean' && type !== 'integer' && type !== 'string' && !isListOfTexts(schema))
    throw new FieldError(`${path} is not one value`, hintOfMembers(path, schema))
  return { steps, read: (text) => unlessUnsaid(path, normal(path, schema, text)) }
}

/** The list of that path, whose elements have names. Throws a FieldError where there is none. */
export function listAt(kind: Kind, path: string): readonly Step[] {
  const { steps, schema } = schemaAt(kind, path)
  if (isListOfTexts(schema) || 'name' in membersOf(schema.items) || 'id' in membersOf(schema.items))
    return steps
  throw new FieldError(`${path} is not a list whose elements have names`, `set it with ${path}=…`)
}

function schemaAt(kind: Kind, path: string) {
  const steps = stepsOf(path)
  if (steps === undefined)
    throw new FieldError(`"${path}" is not the path of a field`, 'for instance tokens.access.ttl')
  let schema = asSchema(membersOf(schemaOf(kind)).spec)
  let above = ''
  for (const step of steps) {
    schema = 'member' in step ? memberOf(schema, step.member, { kind, above }) : elementOf(schema)
    above = 'member' in step ? `${above}${above === '' ? '' : '.'}${step.member}` : `${above}[]`
  }
  return { steps, schema }
}

function memberOf(
  schema: JsonObject,
  name: string,
  { kind, above }: { readonly kind: Kind; readonly above: string },
): JsonObject {
  const members = membersOf(schema)
  const found = Object.hasOwn(members, name) ? members[name] : undefined
  if (found !== undefined) return asSchema(found)
  const meant = nearest(name, Object.keys(members))
  const whose = above === '' ? `an object of kind ${kind}` : above
  throw new FieldError(
    `${whose} has no field "${name}"`,
    meant === undefined
      ? `it has ${Object.keys(members).join(', ') || 'none'}`
      : `did you mean ${above === '' ? '' : `${above}.`}${meant}?`,
  )
}

const elementOf = (schema: JsonObject): JsonObject => asSchema(schema.items)

function hintOfMembers(path: string, schema: JsonObject): string {
  const names = Object.keys(membersOf(schema))
  return names.length === 0
    ? 'change it in the documents'
    : `set one of its fields, for instance ${path}.${names[0]}`
}

const asSchema = (value: unknown): JsonObject => (isJsonObject(value) ? value : {})

const membersOf = (schema: unknown): JsonObject => asSchema(asSchema(schema).properties)

const isListOfTexts = ({ type, items }: JsonObject): boolean =>
  type === 'array' && asSchema(items).type === 'string'

function normal(path: string, schema: JsonObject, text: string): Json {
  const value = schema.type === 'string' ? text : yamlValue(path, text)
  if (!schemaReader().validate(schema, value))
    throw new FieldError(`${path} cannot be ${shown(text)}`, `it is ${expected(schema)}`)
  if (Array.isArray(value)) return schema['x-set'] === true ? sorted(value) : value
  if (schema.pattern === DURATION) return lifetime(path, text)
  if (schema.pattern === INSTANT) return instant(path, text)
  return value as Json
}

/** As in documents: `true`, `5`, `[openid, email]`. */
function yamlValue(path: string, text: string): unknown {
  const document = parseDocument(text, { prettyErrors: false })
  if (document.errors.length + document.warnings.length > 0)
    throw new FieldError(`${path} cannot be ${shown(text)}`, 'write a value as in the documents')
  return document.toJS({ maxAliasCount: 0 })
}

/** A lifetime of nothing would issue what nobody accepts. */
function lifetime(path: string, text: string): number {
  const length = seconds(text)
  if (length > 0 || path.endsWith('.grace')) return length
  throw new FieldError(`${path} cannot be zero`, 'write for instance 1m')
}

function instant(path: string, text: string): number {
  const at = epochSeconds(text)
  if (at !== undefined) return at
  throw new FieldError(`${path} cannot be ${shown(text)}`, 'there is no such day or time')
}

function expected(schema: JsonObject): string {
  const { type, enum: values, minimum, maximum } = schema
  if (Array.isArray(values)) return `one of ${values.join(', ')}`
  if (type === 'boolean') return 'true or false'
  if (type === 'integer') return `a whole number from ${minimum} to ${maximum}`
  if (type === 'array') return `a list, each ${expected(asSchema(schema.items))}`
  return typeof schema['x-says'] === 'string' ? schema['x-says'] : 'a text'
}

const shown = (text: string): string => JSON.stringify(text.slice(0, 100))

/** What the normal form says only where it is not as usual. */
const USUAL: Readonly<Record<string, Json>> = {
  par: 'optional',
  'requestObject.required': false,
  'ciba.requireSignedRequest': false,
}

const unlessUnsaid = (path: string, value: Json): Json | undefined =>
  USUAL[path] === value ? undefined : value
