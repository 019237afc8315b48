import type { ErrorObject } from 'ajv/dist/2020.js'
import type { Diagnostic } from '../base/diagnostic.ts'
import { nearest } from '../base/nearest.ts'
import { type Code, diagnostic } from './codes.ts'
import type { Path } from './locate.ts'
import type { ParsedDocument } from './parse.ts'
import { REPLACED, SYNONYMS } from './synonyms.ts'

/** The validator's errors as diagnostics, one for each thing that is wrong. */
export function explainErrors(
  errors: readonly ErrorObject[],
  source: ParsedDocument,
): readonly Diagnostic[] {
  const unknown = errors.filter(({ keyword }) => keyword === 'additionalProperties')
  const explained = new Set(unknown.map((error) => `${error.instancePath}/${meantBy(error)}`))
  const missing = errors.filter(
    (error) =>
      error.keyword === 'required' &&
      !explained.has(`${error.instancePath}/${error.params.missingProperty}`),
  )
  const fields = new Set(['additionalProperties', 'required'])
  const values = errors.filter(({ keyword }) => !fields.has(keyword))
  return [
    ...unknown.map((error) => explainUnknown(error, source)),
    ...missing.map((error) => explainMissing(error, source)),
    ...onePerPlace(values).map((error) => explainValue(error, source)),
  ]
}

/** A value of the wrong type breaks every other rule too, and only the type is worth telling. */
function onePerPlace(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const first = new Map<string, ErrorObject>()
  for (const error of errors)
    if (!first.has(error.instancePath) || error.keyword === 'type')
      first.set(error.instancePath, error)
  return [...first.values()]
}

const pathOf = ({ instancePath }: ErrorObject): Path =>
  instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))

const dotted = (path: Path): string => path.join('.').replace(/\.(\d+)(?=\.|$)/g, '[$1]')

const fieldsOf = ({ parentSchema }: ErrorObject): readonly string[] =>
  Object.keys(parentSchema?.properties ?? {})

/** The field that a person who wrote the unknown one most likely wanted. */
function meantBy(error: ErrorObject): string | undefined {
  const written = String(error.params.additionalProperty)
  const fields = fieldsOf(error)
  const synonym = SYNONYMS[written]
  if (synonym !== undefined && fields.includes(synonym)) return synonym
  return nearest(written.replaceAll(/[_-]/g, ''), fields)
}

function explainUnknown(error: ErrorObject, source: ParsedDocument): Diagnostic {
  const written = String(error.params.additionalProperty)
  const at = source.atKey([...pathOf(error), written])
  const meant = meantBy(error)
  const within = dotted(pathOf(error)) || 'the document'
  const pattern = error.parentSchema?.patternProperties
  if (pattern !== undefined)
    return diagnostic('TIDP1105', at, `"${written}" cannot be a name in ${within}`)
  return diagnostic('TIDP1101', at, `unknown field "${written}" in ${within}`, {
    hint: meant ? `did you mean "${meant}"?` : `it takes ${fieldsOf(error).join(', ')}`,
    fixes: meant ? [{ description: `write ${meant}`, at, text: meant }] : [],
  })
}

function explainMissing(error: ErrorObject, source: ParsedDocument): Diagnostic {
  const name = String(error.params.missingProperty)
  const path = pathOf(error)
  const example: unknown = error.parentSchema?.properties?.[name]?.examples?.[0]
  const message = `${dotted(path) || 'the document'} has no ${name}`
  return diagnostic('TIDP1102', source.atKey(path), message, {
    hint: `for instance ${name}: ${JSON.stringify(example)}`,
  })
}

function explainValue(error: ErrorObject, source: ParsedDocument): Diagnostic {
  const path = pathOf(error)
  const [code, must] = requirementOf(error)
  const at = source.at(code === 'TIDP1106' ? [...path, Number(error.params.i)] : path)
  const hint = hintFor(error)
  return diagnostic(code, at, `${dotted(path)} ${must}`, hint ? { hint } : {})
}

function requirementOf({ keyword, params, parentSchema, data }: ErrorObject): [Code, string] {
  switch (keyword) {
    case 'type':
      return ['TIDP1103', `must be ${typeName(params.type)}, not ${nameOf(data)}`]
    case 'enum':
      return ['TIDP1104', `must be one of ${params.allowedValues.join(', ')}`]
    case 'const':
      return ['TIDP1104', `must be ${params.allowedValue}`]
    case 'uniqueItems':
      return ['TIDP1106', 'lists this item twice']
    case 'pattern':
      return ['TIDP1105', `must be ${parentSchema?.['x-says'] ?? 'of another form'}`]
    case 'minLength':
      return ['TIDP1105', 'must not be empty']
    case 'maxLength':
      return ['TIDP1105', `must have at most ${params.limit} characters`]
    case 'minimum':
    case 'maximum':
      return ['TIDP1105', `must be ${params.comparison} ${params.limit}`]
    case 'minProperties':
    case 'maxProperties':
      return [
        'TIDP1105',
        `must have exactly one of ${Object.keys(parentSchema?.properties ?? {}).join(', ')}`,
      ]
    case 'minItems':
      return ['TIDP1105', 'must not be empty']
    case 'maxItems':
      return ['TIDP1105', `must have at most ${params.limit} items`]
    default:
      return ['TIDP1105', `is not allowed: ${keyword}`]
  }
}

function hintFor({ keyword, params, parentSchema, data }: ErrorObject): string | undefined {
  const example: unknown = parentSchema?.examples?.[0]
  if (keyword === 'enum') {
    const replacement = Object.hasOwn(REPLACED, String(data)) ? REPLACED[String(data)] : undefined
    if (replacement !== undefined) return replacement
    const meant = nearest(String(data), params.allowedValues)
    return meant ? `did you mean "${meant}"?` : undefined
  }
  return example === undefined || keyword === 'uniqueItems'
    ? undefined
    : `for instance ${JSON.stringify(example)}`
}

const typeName = (type: string | readonly string[]): string =>
  [type].flat().map(withArticle).join(' or ')

const NAMES: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'a map',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  string: 'a string',
  null: 'empty',
}

const withArticle = (type: string): string => NAMES[type] ?? type

function nameOf(data: unknown): string {
  if (data === null) return 'empty'
  if (Array.isArray(data)) return 'a list'
  return withArticle(typeof data)
}
